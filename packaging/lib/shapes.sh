# Sourced by packaging/bench: the shapes in which a consumer is measured, each with a broker, a sink and a configuration of its own. `directory`,
# `bytes`, `messages` and `is_stored` are the benchmark's.
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# shellcheck source=packaging/lib/consumers.sh
source "$(dirname "${BASH_SOURCE[0]}")/consumers.sh"
# shellcheck source=packaging/lib/servers.sh
source "$repository/packaging/lib/servers.sh"

shapes=(plain large relations quorum tls always slow partitions)
partition_count=12 relation_count=50 slow_milliseconds=5 large_bytes=65536

# What a message has for each relation, about (message.c).
bytes_of_relation=74

# choose_shape NAME : sets what it differs in. `plain` is the one that all figures are of which do not name another.
choose_shape() {
    shape=$1 shape_title="$bytes bytes, three classic queues" shape_messages=$messages shape_bytes=$bytes
    # Of 100 messages; the others are half invalidations and half syncs.
    updates=80 relations=0 exchange='' queue_type='' is_secure=0 sink_options=() ceiling_options=() shape_settings=''
    unset BENCH_QUEUES BENCH_TLS
    case $1 in
        plain) ;;
        large) shape_title='64 KiB bodies (MB/s)' shape_bytes=$large_bytes shape_messages=$((messages / 20)) ;;
        # Syncs would remove edges besides, which no ceiling here does.
        relations | unrelated)
            shape_title="$relation_count relations a message" updates=100 shape_messages=$((messages / 10))
            [[ $1 == unrelated ]] || relations=$relation_count
            shape_settings=$(edge_settings)
            ;;
        quorum) shape_title='quorum queues' queue_type=quorum ;;
        tls) shape_title='TLS on both sides' is_secure=1 ;;
        always)
            shape_title='verify = "always"' sink_options=(remember) ceiling_options=(verify)
            shape_settings='[verify]
mode = "always"'
            ;;
        slow) shape_title="a database that takes $slow_milliseconds ms" sink_options=(delay "$slow_milliseconds") ;;
        partitions)
            shape_title="$partition_count partitions" updates=100 exchange=company.updated.partitions
            BENCH_QUEUES=$(printf 'company.updated.%s ' $(seq 0 $((partition_count - 1))))
            export BENCH_QUEUES
            # Alone, so there is nobody to share with; subscribing would take a second.
            shape_settings="[[processor]]
name = \"company-updated\"
partitions = $partition_count
balance = false"
            ;;
        *) fail "$usage_error" "there is no shape $1; there are ${shapes[*]}" ;;
    esac
}

edge_settings() {
    cat <<'TOML'
[[processor]]
name = "company-updated"

[[processor.edges]]
collection = "company_relations"
each = "/relations"
to = "/company_id"
key = ["/type"]
TOML
}

# write_configuration : the example that is shipped, with each message a write: otherwise messages for each write, and with them the cost, would
# depend on how fast the daemon is.
write_configuration() {
    local name
    mkdir -p "$directory/conf.d"
    cp "${WARREN_CONFIG:-$repository/etc/examples/processors.toml}" "$directory/warren.toml"
    for name in company-updated company-invalidated company-sync; do
        printf '[[processor]]\nname = "%s"\nconflate = false\n' "$name"
    done >"$directory/conf.d/conflate.toml"
    printf '%s\n' "$shape_settings" >"$directory/conf.d/shape.toml"
    configuration=$directory/warren.toml
}

# begin_broker : a new one, so that nothing is left of the shape before. Sets broker_url, AMQP_URL (without TLS), and broker_session.
begin_broker() {
    local options=()
    ((!is_secure)) || options=(--tls)
    say 'starting a private RabbitMQ'
    AMQP_URL=$("$repository/packaging/rabbitmq" start "$directory/rabbitmq" ${options[@]+"${options[@]}"})
    broker_url=$AMQP_URL
    # All that the node consists of is in the session of the process that was begun.
    read -r broker_session _ <"$directory/rabbitmq/node.pid"
    unset WARREN_RABBITMQ_TLS_CA WARREN_RABBITMQ_TLS_CERTIFICATE WARREN_RABBITMQ_TLS_KEY
    if ((is_secure)); then
        broker_url=$("$repository/packaging/rabbitmq" env "$directory/rabbitmq" | sed -n "s/^AMQPS_URL='\(.*\)'/\1/p")
        export BENCH_TLS=$directory/rabbitmq/tls
        export WARREN_RABBITMQ_TLS_CA=$BENCH_TLS/ca.pem
        export WARREN_RABBITMQ_TLS_CERTIFICATE=$BENCH_TLS/client.pem WARREN_RABBITMQ_TLS_KEY=$BENCH_TLS/client.key
    fi
}

# begin_sink : in the place of a database. Sets ARANGODB_URL, where it is asked what it has counted, and database_url.
begin_sink() {
    local port secure_port
    read -r port secure_port <<<"$(free_ports 2)"
    ARANGODB_URL=http://127.0.0.1:$port database_url=$ARANGODB_URL
    unset WARREN_ARANGODB_TLS_CA
    if ((is_secure)); then
        database_url=https://127.0.0.1:$secure_port
        export WARREN_ARANGODB_TLS_CA=$BENCH_TLS/ca.pem
        sink_options+=(tls "$secure_port" "$BENCH_TLS")
    fi
    : >"$directory/sink.log"
    begin "$directory" sink "$tools/sink" "$port" ${sink_options[@]+"${sink_options[@]}"}
    wait_until 10 grep --quiet 'listening on' "$directory/sink.log" || fail 1 "the sink does not start: $(cat "$directory/sink.log")"
}

# begin_shape NAME : servers, queues and collections.
begin_shape() {
    end_shape
    choose_shape "$1"
    say "$shape_title"
    begin_broker
    unset ARANGODB_URL
    ((is_stored)) || begin_sink
    # shellcheck disable=SC2119 # without options
    start_servers
    ((!is_stored)) || database_url=$ARANGODB_URL
    export WARREN_RABBITMQ_ENDPOINTS=$broker_url WARREN_ARANGODB_ENDPOINTS=$database_url
    write_configuration
    [[ -z $queue_type ]] || "$tools/preload" "$AMQP_URL" declare "$queue_type"
    "$binary" provision --config "$configuration" >"$directory/provision.log" 2>&1 ||
        fail 1 "warren provision failed: $(tail -n 5 "$directory/provision.log")"
}

end_shape() {
    end "$directory" sink TERM
    end "$directory" emulator TERM
    [[ ! -d $directory/rabbitmq ]] || "$repository/packaging/rabbitmq" stop "$directory/rabbitmq"
    rm -rf "$directory/rabbitmq"
}

# ask_sink : what it has counted since it was asked the last time.
ask_sink() {
    local connection line
    exec {connection}<>"/dev/tcp/127.0.0.1/${ARANGODB_URL##*:}"
    printf 'GET /bench HTTP/1.1\r\n\r\n' >&"$connection"
    while read -r line && [[ ${line%$'\r'} ]]; do :; done <&"$connection"
    read -r line <&"$connection"
    exec {connection}>&-
    echo "$line"
}

# preload COUNT KEYS UPDATES
preload() {
    # shellcheck disable=SC2086 # no exchange is no argument
    "$tools/preload" "$AMQP_URL" "$1" "$2" "$shape_bytes" "$3" "$relations" $exchange >"$directory/expected"
}
