# Sourced: the C programs that measure, and those that are measured beside the daemon (packaging/bench-tools).
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

tools=$repository/.build/bench
# Of which files each is made, besides bench.c.
declare -A tool_files=(
    [preload]='preload message' [pace]='pace message latencies' [scatter]='scatter message'
    [consume]='consume deliveries buffer latencies' [ceiling]='ceiling deliveries store ledger results documents scan buffer' [scan-test]='scan-test scan'
    [sink]='sink answers memory buffer latencies'
    [drain]='drain usage' [lifetime]='lifetime latencies' [ask]='ask get latencies' [observe]='observe get latencies'
)

# is_current NAME : it was compiled after the last change of any source.
is_current() { [[ -x $tools/$1 && -z $(find "$repository/packaging/bench-tools" -maxdepth 1 -name '*.[ch]' -newer "$tools/$1") ]]; }

# compile_tools NAME… : into `tools`. What a program does not use it is not linked with.
compile_tools() {
    local name
    require_packages gcc librabbitmq-dev libcurl4-openssl-dev libssl-dev
    mkdir -p "$tools"
    for name; do
        ! is_current "$name" || continue
        # shellcheck disable=SC2046,SC2086 # several words
        (cd "$repository/packaging/bench-tools" && gcc -std=gnu17 -O2 -Wall -Wextra -o "$tools/$name" $(printf '%s.c ' ${tool_files[$name]}) bench.c \
            -Wl,--as-needed -lrabbitmq -lcurl -lssl -lcrypto)
    done
}
