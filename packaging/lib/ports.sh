# Sourced: ports that nobody listens on.
# shellcheck shell=bash

# free_port [NOT-THIS…] : below the range that the kernel gives to outgoing connections, so that none of those takes it first.
free_port() {
    local port
    while :; do
        port=$((20000 + (RANDOM << 4 ^ RANDOM) % 12000))
        [[ " $* " != *" $port "* ]] || continue
        grep -qi ":$(printf '%04x' "$port") " /proc/net/tcp /proc/net/tcp6 2>/dev/null || break
    done
    printf '%s' "$port"
}
