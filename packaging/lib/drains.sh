# Sourced by packaging/bench: one run of a consumer that empties the queues, with all that is measured of it and of the broker.
# shellcheck shell=bash
# shellcheck disable=SC2154
# shellcheck source=packaging/lib/shapes.sh
source "$(dirname "${BASH_SOURCE[0]}")/shapes.sh"

# rabbitmqctl ARGUMENT…
rabbitmqctl() { "$repository/packaging/rabbitmq" ctl "$directory/rabbitmq" "$@"; }

# held_in_memory : how many of 100 waiting messages RabbitMQ holds in memory as well, or `-` if its queues do not tell (quorum queues).
held_in_memory() {
    rabbitmqctl --no-table-headers list_queues messages_ready messages_ready_ram | awk '
        $1 > 0 { ready += $1; held += $2; told = told || $2 ~ /^[0-9]+$/ }
        END { if (told && ready) printf "%.0f", held * 100 / ready; else print "-" }'
}

# memory_used : of 100 bytes that RabbitMQ may use before it blocks publishers, those that it uses, and `alarm` if it does block them. It begins to
# page out at half of them.
memory_used() {
    rabbitmqctl eval '{Used, Limit} = vm_memory_monitor:get_memory_use(bytes), {Used * 100 div Limit, length(rabbit_alarm:get_alarms())}.' |
        awk -F '[{},]' '{ printf "%d%s", $2, ($3 > 0 ? "alarm" : "") }'
}

# broker_mode HELD READ : what the broker did in a run, by what it held in memory before, and by how many of 100 bytes of the messages it read from
# files meanwhile: `memory`; `files`, to which it had paged them out, or where it keeps large ones; or `partly`.
broker_mode() {
    awk -v held="$1" -v read="$2" 'BEGIN {
        if (read < 10 && (held == "-" || held >= 90)) print "memory"
        else if (read >= 90 || (held != "-" && held <= 10)) print "files"
        else print "partly"
    }'
}

drain_line='%-10s%12s%8s%10s%20s%10s%12s%11s%8s%8s  %s\n'
drain_header() {
    # shellcheck disable=SC2059
    printf "\n$drain_line" consumer messages/s MB/s 'CPU us' 'MiB after a tenth' 'peak MiB' 'ack frames' 'broker us' held% read% mode
}

# drain ROUND NAME COUNT : of so many messages. Adds a line NAME=VALUE… to $directory/drained (comparison.py). `observed` and `asked` are the daemon as
# well, while somebody looks.
drain() {
    local round=$1 name=$2 count=$3 port=0 command held memory mode rate cpu early peak control broker read frames requests=0 documents=0 sink=0
    command_of "$name"
    # It asks the broker at rest: preloading has ended, and nobody consumes.
    held=$(held_in_memory) memory=$(memory_used)
    if ((!is_stored)); then
        ask_sink >/dev/null
        [[ $name == bare ]] || port=${ARANGODB_URL##*:}
    fi
    : >"$directory/$name.log"
    "$tools/drain" "$AMQP_URL" 3600 "$broker_session" "$port" $((count * (1 + relations))) "${command[@]}" \
        2>>"$directory/$name.log" >"$directory/result" ||
        fail 1 "$name did not drain the queues: $(tail -n 3 "$directory/$name.log")"
    read -r rate cpu early peak control broker read <"$directory/result"
    frames=$(acknowledgement_frames "$name")
    ((is_stored)) || read -r requests documents sink _ <<<"$(ask_sink)"
    read=$((read * 100 / (shape_bytes + relations * bytes_of_relation))) mode=$(broker_mode "$held" "$read")
    # shellcheck disable=SC2059
    printf "$drain_line" "$name" "$rate" "$((rate * shape_bytes / 1000000))" "$cpu" "$((early / 1024))" "$((peak / 1024))" \
        "${frames:--}" "$broker" "$held" "$read" "$mode"
    echo "shape=$shape round=$round name=$name mode=$mode held=$held read=$read memory=$memory rate=$rate cpu=$cpu broker=$broker" \
        "early=$((early / 1024)) peak=$((peak / 1024)) control=$control frames=${frames:-0} requests=$requests documents=$documents sink=$sink" \
        >>"$directory/drained"
}

# watched ROUND NAME COUNT COMMAND… : drains with the daemon while the command looks at it, which waits for its socket and ends with it, and says what it saw.
watched() {
    local round=$1 name=$2 count=$3 process
    shift 3
    "$@" >>"$directory/$name.seen" 2>>"$directory/$name.watcher.log" &
    process=$!
    drain "$round" "$name" "$count"
    wait "$process" || fail 1 "$1 failed: $(tail -n 3 "$directory/$name.watcher.log")"
}

# drain_by_turns RUNS NAME… : fills the queues and drains them with one after the other, and begins each round with another.
drain_by_turns() {
    local runs=$1 round name count names
    shift
    names=("$@")
    drain_header
    for ((round = 1; round <= runs; round++)); do
        for name in "${names[@]}"; do
            count=$(messages_of "$name" "$shape_messages")
            preload "$count" "$keys" "$updates"
            drain "$round" "$name" "$count"
            ((!is_stored)) || [[ $name == bare ]] || packaging/lib/completeness.py "$directory/expected"
        done
        names=("${names[@]:1}" "${names[0]}")
    done
}
