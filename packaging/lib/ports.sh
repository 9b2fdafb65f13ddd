# Sourced: ports that nobody listens on.
# shellcheck shell=bash

# free_ports COUNT : that many, all different. Below the range that the kernel gives to outgoing connections, so that none of those comes first.
free_ports() {
    local port ports=()
    while ((${#ports[@]} < $1)); do
        port=$((20000 + (RANDOM << 4 ^ RANDOM) % 12000))
        [[ " ${ports[*]} " != *" $port "* ]] || continue
        grep -qi ":$(printf '%04x' "$port") " /proc/net/tcp /proc/net/tcp6 2>/dev/null || ports+=("$port")
    done
    echo "${ports[*]}"
}
