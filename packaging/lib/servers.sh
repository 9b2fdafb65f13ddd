# Sourced by whoever runs the daemon: a broker, a database, and the daemon's way to them. `directory` is theirs.
# shellcheck shell=bash
# shellcheck source=packaging/lib/processes.sh
source "$(dirname "${BASH_SOURCE[0]}")/processes.sh"
# shellcheck source=packaging/lib/ports.sh
source "$(dirname "${BASH_SOURCE[0]}")/ports.sh"

# start_servers [EMULATOR-OPTION…] : those that AMQP_URL and ARANGODB_URL do not name.
start_servers() {
    if [[ -z ${AMQP_URL:-} ]]; then
        say "starting a private RabbitMQ"
        AMQP_URL=$("$repository/packaging/rabbitmq" start "$directory/rabbitmq")
    fi
    if [[ -z ${ARANGODB_URL:-} ]]; then
        say "starting the emulator of ArangoDB: a stand-in, because Debian has no package of ArangoDB"
        ARANGODB_URL=http://127.0.0.1:$(free_ports 1)
        begin "$directory" emulator "$repository/.build/static/arango-emulator" --listen "${ARANGODB_URL#http://}" "$@"
        wait_until 10 grep --quiet 'listening on' "$directory/emulator.log" || fail 1 "it does not start: $(cat "$directory/emulator.log")"
    fi
    # The daemon reads etc/examples/processors.toml; these stand over it.
    export AMQP_URL ARANGODB_URL
    export WARREN_RABBITMQ_ENDPOINTS=$AMQP_URL WARREN_ARANGODB_ENDPOINTS=$ARANGODB_URL
    export WARREN_CONTROL_SOCKET=$directory/control.sock WARREN_LOG_FORMAT=json
}

# warren VERB
warren() { "$repository/.build/static/warren" "$1" --config "$repository/etc/examples/processors.toml"; }

# stop_servers DIRECTORY : the daemon first, if it runs; only what was begun there.
stop_servers() {
    end "$1" warren TERM
    end "$1" emulator TERM
    [[ ! -d $1/rabbitmq ]] || "$repository/packaging/rabbitmq" stop "$1/rabbitmq"
}

# For `trap … EXIT`: logs are evidence of a failure, otherwise nothing stays.
clean_up_servers() {
    local status=$?
    stop_servers "$directory"
    if ((status)); then say "logs are left in $directory"; else rm -rf "$directory"; fi
}
