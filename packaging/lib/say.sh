# Sourced by every script here: how they talk, and where they are.
# shellcheck shell=bash

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
export repository

# sysexits(3), as everywhere in Warren.
export usage_error=64 unavailable=69

# say TEXT… : what happens now; on stderr, so that stdout stays free for results.
say() { printf '==> %s\n' "$*" >&2; }

# fail STATUS TEXT… : the reason, then out.
fail() {
    local status=$1
    shift
    printf '%s: %s\n' "$(basename "$0")" "$*" >&2
    exit "$status"
}

# wait_until SECONDS COMMAND… : true as soon as the command succeeds, false if it has not within the time.
wait_until() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@"; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}
