# Sourced by packaging/bench: what a message costs in instructions, room by room, counted by callgrind. `directory`, `tools`, `keys` and `bytes`
# are the benchmark's, and so are begin_sink, ask_sink and preload.
# shellcheck shell=bash
# shellcheck disable=SC2154
# shellcheck source=packaging/lib/processes.sh
source "$(dirname "${BASH_SOURCE[0]}")/processes.sh"

figures=$repository/packaging/bench-tools/instructions.txt
# Two runs, of so many messages and of three times as many: what they differ in is what messages cost, and the start drops out.
large_factor=3
# The daemon is about fifty times slower under callgrind. Nothing may time out for that, or its remedy would be counted.
counted_environment=(WARREN_ARANGODB_TIMEOUT=10m WARREN_RABBITMQ_HEARTBEAT=10m)
# A request costs as much as eight messages. At full speed they are about this large (as packaging/bench prints them); under callgrind, which runs
# one thread at a time, they would be as large as [batch] allows, and differ from run to run.
counted_environment+=(WARREN_BATCH_DOCUMENTS=64)
# The same hashes in each run.
counted_environment+=(SWIFT_DETERMINISTIC_HASHING=1)
# Valgrind counts each byte that `rep movsb` copies as an instruction, and a processor counts one for all: with this, memcpy does without it.
counted_environment+=(GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=2000000000)
patience_seconds=900

# counted_binary : the daemon as it is installed, but with its functions' names. Without the rest of what is for debuggers, which valgrind 3.19
# does not understand in what Swift writes.
counted_binary() {
    strip --strip-debug -o "$directory/warren" "$(counted_build)/warren"
    # Each message is one document, or the messages for each write, and with it the cost, would depend on how fast the daemon is.
    sed '/^operation /a conflate    = false' etc/warren.toml >"$directory/warren.toml"
    (($(grep --count '^conflate ' "$directory/warren.toml") == 3)) || fail 1 'etc/warren.toml has not three processors any more'
}

# counted_build : where packaging/build has left what it has not yet stripped.
counted_build() { readlink --canonicalize-existing "$repository/.build/static-build/release"; }

# all_written COUNT : `written` and `requests` sum up what the sink has counted.
all_written() {
    local more_requests more_documents
    read -r more_requests more_documents _ <<<"$(ask_sink)"
    requests=$((requests + more_requests)) written=$((written + more_documents))
    ((written >= $1)) || { not_running "$directory" counted && fail 1 "the daemon ended: $(tail -n 5 "$directory/counted.log")"; }
}

# Acknowledged as well; RabbitMQ is asked, because asking the daemon would be counted.
queues_are_empty() {
    "$repository/packaging/rabbitmq" ctl "$directory/rabbitmq" --quiet --no-table-headers list_queues messages >"$directory/left" &&
        [[ -s $directory/left ]] && ! grep --quiet --invert-match --line-regexp 0 "$directory/left"
}

# count_run COUNT FILE : the daemon's whole life with so many messages waiting at its start, in callgrind's words. `requests` is how many it made.
count_run() {
    local process
    requests=0 written=0
    preload "$1" "$keys" 80
    ask_sink >/dev/null
    # Threads take turns as they ask: otherwise one that reads goes on for as long as it likes, and how much it reads differs from run to run.
    begin "$directory" counted env "${counted_environment[@]}" valgrind --tool=callgrind --callgrind-out-file="$2" \
        --fair-sched=yes --demangle=no --dump-line=no "$directory/warren" run --config "$directory/warren.toml"
    wait_until "$patience_seconds" all_written "$1" || fail 1 "$written of $1 messages were written within $patience_seconds s"
    wait_until 60 queues_are_empty || fail 1 "not all messages were acknowledged: $(tail -n 5 "$directory/counted.log")"
    # callgrind writes after the daemon's main thread has ended, when `end` sees a process no longer.
    read -r process _ <"$directory/counted.pid"
    end "$directory" counted TERM
    wait "$process" || fail 1 "the daemon did not end well: $(tail -n 5 "$directory/counted.log")"
    ((written == $1)) || fail 1 "$written documents were written for $1 messages; it should be one for each"
    [[ -s $2 ]] || fail 1 "callgrind has written nothing: $(tail -n 5 "$directory/counted.log")"
}

# count_instructions COUNT RUNS [OPTION…] : the table, of both sizes and so many runs of them. Options are those of instructions.py.
count_instructions() {
    local count=$1 runs=$2 run size requests written measured=()
    shift 2
    counted_binary
    for ((run = 1; run <= runs; run++)); do
        for size in "$count" $((count * large_factor)); do
            say "counting the instructions of $size messages, run $run of $runs"
            count_run "$size" "$directory/callgrind.$run.$size"
            measured+=("$size" "$requests" "$directory/callgrind.$run.$size")
        done
    done
    "$repository/packaging/lib/instructions.py" "$@" --figures "$figures" \
        --conditions "$count and $((count * large_factor)) messages of $bytes bytes, $keys keys" \
        "$directory/warren" "$repository/.build/static-build/warren.map" "${measured[@]}"
}
