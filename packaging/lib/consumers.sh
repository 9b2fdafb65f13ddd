# Sourced by packaging/bench: what is measured. `directory` is the benchmark's, `binary` and `configuration` are the daemon and what it reads; the
# other variables are those of the shape (shapes.sh).
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154
# shellcheck source=packaging/lib/bench-tools.sh
source "$(dirname "${BASH_SOURCE[0]}")/bench-tools.sh"

# The limit, the ceiling, and the daemon; services as others would write them come between.
consumers=(bare ceiling warren) peers=(go asyncio)

# command_of NAME : sets `command`, which ends well on SIGTERM. The first word is a path.
command_of() {
    case $1 in
        bare) command=("$tools/consume" "$broker_url") ;;
        ceiling) command=("$tools/ceiling" "$broker_url" "$database_url" ${ceiling_options[@]+"${ceiling_options[@]}"}) ;;
        go) command=("$tools/go-service") ;;
        asyncio) command=(/usr/bin/python3 -B "$repository/packaging/bench-tools/peers/asyncio-service.py") ;;
        *) command=("$binary" run --config "$configuration") ;;
    esac
}

# messages_of NAME COUNT : of so many messages, those that it is given. The plain service needs as long for one as others do for fifty.
messages_of() { if [[ $1 == asyncio ]]; then echo $(($2 / 20)); else echo "$2"; fi; }

# build_peers : with what Debian has for those who write them.
build_peers() {
    require_packages golang-go golang-github-rabbitmq-amqp091-go-dev python3-aio-pika python3-aiohttp
    say 'building the service in Go'
    # Debian's packages are in a GOPATH; there is no module, and nothing is fetched.
    GO111MODULE=off GOPATH=/usr/share/gocode GOCACHE=$repository/.build/bench/go-cache GOFLAGS='' \
        go build -o "$tools/go-service" "$repository/packaging/bench-tools/peers/service.go"
}

# acknowledgement_frames NAME : how many it says that it sent, at its end; nothing if it does not count them.
acknowledgement_frames() {
    case $1 in
        bare | ceiling) tail -n 1 "$directory/$1.log" | cut --delimiter ' ' --fields 1 ;;
        go | asyncio) ;;
        *) grep --only-matching 'acknowledgement.frames":"*[0-9]*' "$directory/$1.log" | grep --only-matching '[0-9]*$' ;;
    esac
}
