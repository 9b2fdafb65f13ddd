# Sourced by packaging/acceptance: what the checks do with the service. `directory` is the caller's.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

# property NAME [UNIT] : as systemctl show tells it.
property() { inside systemctl show --property "$1" --value "${2:-warren.service}"; }

# main_pid [UNIT] : fails if it does not run; 0 would be everybody to kill(1).
main_pid() {
    local pid
    pid=$(property MainPID "$@")
    echo "$pid"
    ((pid > 0))
}

# journal [OPTION…] : what the service said and what systemd said about it, as text.
journal() { inside journalctl --unit warren.service --no-pager --output cat "$@"; }

# Where the journal is now; `journal --after-cursor "$(cursor)"` then tells what came afterwards.
cursor() { inside journalctl --no-pager --lines 0 --show-cursor | sed -n 's/^-- cursor: //p'; }

# said CURSOR TEXT… : the service has said each since then. For wait_until.
said() {
    local cursor=$1 text output
    shift
    output=$(journal --after-cursor "$cursor")
    for text in "$@"; do [[ $output == *"$text"* ]] || return 1; done
}

# The last that the journal has; then the service runs as the next check expects it.
after_failure() {
    inside journalctl --no-pager --lines 25 --output short
    end_load
    inside rm -f /etc/warren/conf.d/test.toml
    inside systemctl reset-failed
    inside systemctl restart warren 2>&1 || true
}

is_active() { [[ $(property ActiveState "$@") == active ]]; }

# has_restarted_from PID : another process runs. Between an end and what systemd makes of it the unit is active without any.
has_restarted_from() {
    local pid
    is_active && pid=$(main_pid) && [[ $pid != "$1" ]]
}

# write_configuration FILE : a file in the container's /etc/warren, with what stands on stdin.
write_configuration() { inside sh -c "cat >/etc/warren/$1"; }

# begin_load NAME [QUEUE] : messages until end_load NAME. They flow when it returns.
begin_load() {
    begin "$directory" load packaging/lib/load.py publish "$directory/$1.json" "${@:2}"
    sleep 1
}

end_load() { end "$directory" load TERM; }

# all_arrived NAME : each document that was published about is at its newest version.
all_arrived() { packaging/lib/load.py arrived "$directory/$1.json"; }

# consumers QUEUE : how many RabbitMQ sees.
consumers() { packaging/rabbitmq ctl "$directory/rabbitmq" list_queues --no-table-headers name consumers | awk -v queue="$1" '$1 == queue { print $2 }'; }

rabbitmq_log_lines() { wc -l <"$directory/rabbitmq/log/rabbitmq.log"; }

# no_complaint_since LINE : RabbitMQ complains of clients that leave without a word.
no_complaint_since() {
    local complaints
    complaints=$(tail -n "+$(($1 + 1))" "$directory/rabbitmq/log/rabbitmq.log" | grep -E 'closed abruptly|unexpectedly' || true)
    equal "$complaints" '' "what RabbitMQ complains of"
}
