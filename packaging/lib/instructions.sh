# Sourced by packaging/bench: what a message costs in instructions, of each consumer, and of the daemon room by room, counted by callgrind.
# `directory`, `binary` and `keys` are the benchmark's.
# shellcheck shell=bash
# shellcheck disable=SC2154
# shellcheck source=packaging/lib/drains.sh
source "$(dirname "${BASH_SOURCE[0]}")/drains.sh"

figures=$repository/packaging/bench-tools/instructions.txt
# Two runs, of so many messages and of three times as many: what they differ in is what messages cost, and the start drops out.
large_factor=3
# Programs are about fifty times slower under callgrind. Nothing may time out for that, or its remedy would be counted.
counted_environment=(WARREN_ARANGODB_TIMEOUT=10m WARREN_RABBITMQ_HEARTBEAT=10m)
# A request costs as much as eight messages. At full speed they are about this large (as packaging/bench prints them); under callgrind, which runs
# one thread at a time, they would be as large as [batch] allows, and differ from run to run.
counted_documents=64
# The same hashes in each run.
counted_environment+=(SWIFT_DETERMINISTIC_HASHING=1 PYTHONHASHSEED=0)
# Go interrupts its threads by signals every 10 ms, many times as often for each message as at full speed.
counted_environment+=(GODEBUG=asyncpreemptoff=1)
# Valgrind counts each byte that `rep movsb` and `rep stosb` write as an instruction, and a processor counts one for all: with this, memcpy and memset
# do without them.
counted_environment+=(GLIBC_TUNABLES=glibc.cpu.x86_rep_movsb_threshold=2000000000:glibc.cpu.x86_rep_stosb_threshold=2000000000)
patience_seconds=900

# counted_binary : the daemon as it is installed, but with its functions' names. Without the rest of what is for debuggers, which valgrind 3.19
# does not understand in what Swift writes.
counted_binary() { strip --strip-debug -o "$directory/warren" "$(counted_build)/release/warren"; }

# counted_build : where packaging/build has left what it has not yet stripped: beside the directory of the binary.
counted_build() { readlink --canonicalize-existing "$(dirname "$binary")-build"; }

# all_written COUNT : `written` and `requests` sum up what the sink has counted.
all_written() {
    local more_requests more_documents
    read -r more_requests more_documents _ <<<"$(ask_sink)"
    requests=$((requests + more_requests)) written=$((written + more_documents))
    ((written >= $1)) || { not_running "$directory" counted && fail 1 "it ended: $(tail -n 5 "$directory/counted.log")"; }
}

# Acknowledged as well; RabbitMQ is asked, because asking the daemon would be counted.
queues_are_empty() {
    rabbitmqctl --no-table-headers list_queues messages >"$directory/left" && [[ -s $directory/left ]] &&
        ! grep --quiet --invert-match --line-regexp 0 "$directory/left"
}

# count_run NAME COUNT FILE : a consumer's whole life with so many messages waiting at its start, in callgrind's words. `requests` is how many it
# made.
count_run() {
    local name=$1 count=$2 file=$3 process command documents
    requests=0 written=0
    command_of "$name"
    case $name in
        ceiling) command+=(documents "$counted_documents") ;;
        warren) command[0]=$directory/warren ;;
    esac
    # Each relation is a document of its own.
    documents=$((count * (1 + relations)))
    preload "$count" "$keys" "$updates"
    ask_sink >/dev/null
    # Threads take turns as they ask: otherwise one that reads goes on for as long as it likes, and how much it reads differs from run to run.
    : >"$directory/counted.log"
    begin "$directory" counted env "${counted_environment[@]}" \
        WARREN_BATCH_DOCUMENTS="$counted_documents" BATCH_DOCUMENTS="$counted_documents" valgrind --tool=callgrind --callgrind-out-file="$file" \
        --fair-sched=yes --demangle=no --dump-line=no "${command[@]}"
    [[ $name == bare ]] || wait_until "$patience_seconds" all_written "$documents" ||
        fail 1 "$name has written $written of $documents documents within $patience_seconds s"
    wait_until 60 queues_are_empty || fail 1 "$name has not acknowledged all messages: $(tail -n 5 "$directory/counted.log")"
    # callgrind writes after the main thread has ended, when `end` sees a process no longer.
    read -r process _ <"$directory/counted.pid"
    end "$directory" counted TERM
    wait "$process" || fail 1 "$name did not end well: $(tail -n 5 "$directory/counted.log")"
    [[ $name == bare ]] || ((written == documents)) || fail 1 "$name has written $written documents; it should be $documents"
    [[ -s $file ]] || fail 1 "callgrind has written nothing: $(tail -n 5 "$directory/counted.log")"
}

# count_pair NAME COUNT RUN : adds a line to $directory/pairs (baselines.py).
count_pair() {
    local name=$1 run=$3 size requests written measured=()
    for size in "$2" $(($2 * large_factor)); do
        say "counting the instructions of $size messages: $name, run $run"
        count_run "$name" "$size" "$directory/callgrind.$shape.$name.$run.$size"
        measured+=("$size" "$requests" "$directory/callgrind.$shape.$name.$run.$size")
    done
    echo "$shape $name ${measured[*]}" >>"$directory/pairs"
}

# count_peer NAME COUNT : valgrind may not run what others compile: the table is without it then, and that is said.
count_peer() {
    (count_pair "$1" "$2" 1) || { end "$directory" counted KILL && say "$1 is not counted"; }
}

# count_instructions COUNT RUNS PEERS… -- [OPTION…] : the tables, of both sizes and so many runs of the daemon. Options are those of instructions.py.
count_instructions() {
    local count=$1 runs=$2 run name counted=() measured=()
    shift 2
    while [[ $1 != -- ]]; do counted+=("$1") && shift; done
    shift
    counted_binary
    # They hardly differ from run to run.
    for name in bare ceiling; do count_pair "$name" "$count" 1; done
    # They are so slow that as many would take an hour.
    for name in ${counted[@]+"${counted[@]}"}; do
        if [[ $name == asyncio ]]; then count_peer "$name" 200; else count_peer "$name" 4000; fi
    done
    for ((run = 1; run <= runs; run++)); do count_pair warren "$count" "$run"; done
    ((is_small)) || count_edges "$((count / 20))"
    "$repository/packaging/lib/baselines.py" --check "$directory/pairs"
    # shellcheck disable=SC2046 # several words
    "$repository/packaging/lib/instructions.py" "$@" --figures "$figures" \
        --conditions "$count and $((count * large_factor)) messages of $bytes bytes, $keys keys" \
        "$directory/warren" "$(counted_build)/warren.map" $(sed -n 's/^plain warren //p' "$directory/pairs")
}

# count_edges COUNT : the same messages with relations and without. There are so many edges that requests are full at any speed.
count_edges() {
    local name counted_documents=500
    for name in unrelated relations; do
        begin_shape "$name"
        count_pair ceiling "$1" 1
        count_pair warren "$1" 1
    done
}
