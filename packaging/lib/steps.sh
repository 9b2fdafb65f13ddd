# Sourced: steps that are declared with their limits, all run, and end in a table of what each has taken.
# shellcheck shell=bash
# shellcheck source=packaging/lib/say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"

step_names=() step_limits=() step_commands=() step_kinds=() step_minutes=() step_verdicts=()
# What all steps have passed and failed, and whether each has done what it should.
export all_passed=0 all_failed=0 steps_status=0
# Each step's output, as NAME.log.
step_logs=''

# step NAME MINUTES COMMAND… : counts as one. The command is words without spaces in them.
step() { add_step whole "$@"; }

# counted_step NAME MINUTES COMMAND… : its last line says `N passed, N failed`. Without that it counts as one failure: it came to no end.
counted_step() { add_step counted "$@"; }

add_step() {
    step_kinds+=("$1") step_names+=("$2") step_limits+=("$3")
    step_commands+=("${*:4}")
}

# only_steps NAME… : forgets the others.
only_steps() {
    local index wanted=" $* " name
    for name in "$@"; do
        [[ " ${step_names[*]} " == *" $name "* ]] || fail "$usage_error" "there is no step $name, only ${step_names[*]}"
    done
    for index in "${!step_names[@]}"; do
        [[ $wanted == *" ${step_names[$index]} "* ]] ||
            unset "step_names[$index]" "step_limits[$index]" "step_commands[$index]" "step_kinds[$index]"
    done
}

# sum_of_limits : in minutes.
sum_of_limits() {
    local limit sum=0
    for limit in "${step_limits[@]}"; do sum=$((sum + limit)); done
    echo "$sum"
}

# run_steps DIRECTORY : runs them all, one after the other, whatever becomes of each, and keeps their output there.
run_steps() {
    local index
    step_logs=$1
    mkdir -p "$step_logs"
    for index in "${!step_names[@]}"; do run_step "$index"; done
}

run_step() {
    local name=${step_names[$1]} log=$step_logs/${step_names[$1]}.log words begin=$SECONDS status=0 verdict=passed counts
    read -ra words <<<"${step_commands[$1]}"
    say "step $name, at most ${step_limits[$1]} minutes: ${step_commands[$1]}"
    # What ignores SIGTERM for a minute, in which it could have put away what it began, is killed.
    timeout --kill-after=60s "${step_limits[$1]}m" "${words[@]}" </dev/null | tee "$log" || status=${PIPESTATUS[0]}
    case $status in
        0) ;;
        124 | 137) verdict='timed out' ;;
        *) verdict="failed, status $status" ;;
    esac
    if [[ ${step_kinds[$1]} == counted ]]; then
        if counts=$(tail -n 1 "$log" | grep -E '^[0-9]+ passed, [0-9]+ failed$'); then
            [[ $verdict != passed ]] || verdict=$counts
        else
            counts='0 passed, 1 failed'
            [[ $verdict != passed ]] || verdict='failed, came to no end'
            status=1
        fi
        # Not one test has failed, and still something has.
        ((status == 0)) || [[ $counts != *' 0 failed' ]] || counts=${counts/ 0 failed/ 1 failed}
    elif ((status == 0)); then
        counts='1 passed, 0 failed'
    else
        counts='0 passed, 1 failed'
    fi
    ((status == 0)) || steps_status=1
    read -r words _ status _ <<<"$counts"
    all_passed=$((all_passed + words)) all_failed=$((all_failed + status))
    step_minutes[$1]=$(tenths $((SECONDS - begin)))
    step_verdicts[$1]=$verdict
}

# tenths SECONDS : in minutes, with one decimal.
tenths() { printf '%d.%d' $((($1 + 3) / 60)) $(((($1 + 3) % 60) / 6)); }

# steps_table : step, minutes, limit, verdict, and their sums.
steps_table() {
    local index
    printf '%-16s%8s%8s   %s\n' step minutes limit verdict
    for index in "${!step_minutes[@]}"; do
        printf '%-16s%8s%8s   %s\n' "${step_names[$index]}" "${step_minutes[$index]}" "${step_limits[$index]}" "${step_verdicts[$index]}"
    done
    printf '%-16s%8s%8s\n' together "$(tenths $SECONDS)" "$(sum_of_limits)"
}
