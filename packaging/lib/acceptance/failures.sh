# Sourced by packaging/acceptance: what goes wrong, and that nothing is lost by it.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_failures() {
    say "failures"
    check 'killed under load, it is started again and nothing is lost' killed_under_load
    check 'ended by a fault of its own, it is started again, knows how it ended, and parks nothing for it' ended_by_fault
    check 'hung under load, the watchdog ends it, it is started again and nothing is lost' hung_under_load
    check 'RabbitMQ away, it stays up and says so; RabbitMQ back, it consumes by itself' broker_away
    check 'ArangoDB away, it stays up and says so; ArangoDB back, everything is stored by itself' database_away
    check 'messages that client libraries choke on are written or parked, and it does not even reconnect' hostile_messages
    check 'with a broken configuration it ends with 78, tells every mistake with its place, and is not started again' broken_configuration
}

killed_under_load() {
    local pid
    pid=$(main_pid)
    begin_load killed
    inside sh -c "kill -KILL $pid"
    await 20 has_restarted_from "$pid"
    end_load
    all_arrived killed
}

# Without cores a fault is a signal to systemd; what was stored under the sandbox is read by the next process, and removed.
ended_by_fault() {
    local pid from
    from=$(cursor)
    pid=$(main_pid)
    begin_load fault
    inside sh -c "kill -SEGV $pid"
    await 20 has_restarted_from "$pid"
    end_load
    await 10 said "$from" 'handled with caution' 'result="signal SEGV"'
    all_arrived fault
    from=$(cursor)
    inside systemctl restart warren
    await 20 record_is_its_own
    not said "$from" 'handled with caution'
}

# The process that runs has begun its record, and what systemd said of the one before it is gone.
record_is_its_own() {
    expect "$(inside cat /var/lib/warren/suspect)" "warren 1 running $(property InvocationID)" && inside test ! -e /var/lib/warren/ending
}

hung_under_load() {
    local pid from
    from=$(cursor)
    pid=$(main_pid)
    begin_load hung
    inside sh -c "kill -STOP $pid"
    await 60 has_restarted_from "$pid"
    end_load
    await 10 said "$from" 'Watchdog timeout' 'result="watchdog ABRT"'
    all_arrived hung
}

status_tells() { [[ $(property StatusText) == *"$1"* ]]; }

broker_away() {
    local pid
    pid=$(main_pid)
    packaging/rabbitmq stop "$directory/rabbitmq"
    await 20 status_tells 'waiting for RabbitMQ'
    is_active
    packaging/rabbitmq start "$directory/rabbitmq"
    await 40 status_tells 'consuming 3 queues'
    equal "$(main_pid)" "$pid" 'its pid'
    messages_arrive
}

# SIGSTOP: the emulator keeps its documents in memory, so it must not end.
database_away() {
    local emulator
    read -r emulator _ <"$directory/emulator.pid"
    begin_load outage
    kill -STOP "$emulator"
    await 60 status_tells 'ArangoDB is away' || { kill -CONT "$emulator" && property StatusText && return 1; }
    kill -CONT "$emulator"
    end_load
    all_arrived outage
    await 30 status_tells 'answers'
}

hostile_messages() {
    local pid from
    pid=$(main_pid)
    from=$(cursor)
    AMQP_URL=$AMQP_URL packaging/lib/hostile.py company.updated
    await 30 flags_are_settled "$from"
    await 30 is_stored hostile-grown
    await 30 is_stored hostile-last
    messages_arrive
    equal "$(main_pid)" "$pid" 'its pid'
    not said "$from" 'RabbitMQ is unreachable'
    not said "$from" 'Consumer lost'
}

# flags_are_settled CURSOR : RabbitMQ 4 writes properties anew, so that the flags that nobody has can be read there.
flags_are_settled() { said "$1" 'parking it' || is_stored hostile-flags; }

# is_stored KEY
is_stored() { curl --silent --fail --user root: "$ARANGODB_URL/_db/companies/_api/document/companies/$1" >/dev/null; }

broken_configuration() {
    local from
    from=$(cursor)
    write_configuration conf.d/test.toml <<<$'[rabbitmq]\nprefetch = 0\nprefecth = 1'
    not inside systemctl restart warren || sleep 1
    await 10 has_failed
    sleep 5 # twice the time after which it would be started again
    equal "$(property ActiveState)" failed ActiveState
    equal "$(property NRestarts)" 0 NRestarts
    equal "$(property ExecMainStatus)" 78 'its exit status'
    expect "$(journal --after-cursor "$from")" 'conf.d/test.toml:2' 'conf.d/test.toml:3'
    inside rm /etc/warren/conf.d/test.toml
    inside systemctl start warren
    is_active
}

has_failed() { [[ $(property ActiveState) == failed ]]; }
