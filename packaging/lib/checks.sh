# Sourced by who checks many things: each has a sentence, and one that fails does not hide the others.
# shellcheck shell=bash
# shellcheck source=packaging/lib/say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"

passed=0 failed=0

# check SENTENCE COMMAND… : passed if the command succeeds; its first failing step decides. What it says is shown if it fails.
check() {
    local sentence=$1 output status
    shift
    set +e # not `if`: that would let the command go on after a failing step
    output=$(set -e && "$@" 2>&1)
    status=$?
    set -e
    if ((status == 0)); then
        passed=$((passed + 1))
        printf 'ok      %s\n' "$sentence"
    else
        failed=$((failed + 1))
        printf 'FAILED  %s\n%s\n%s\n' "$sentence" "${output:-(status $status)}" "$(after_failure)" | sed '2,$s/^/        /'
    fi
}

# What else is shown of a failure. A script may have one of its own, which also puts things right for the checks to come.
after_failure() { :; }

# await SECONDS COMMAND… : wait_until that tells what it waited for in vain.
await() { wait_until "$@" || { printf 'not within %s seconds: %s\n' "$1" "${*:2}" && return 1; }; }

# expect TEXT EXPECTED… : the text contains each.
expect() {
    local text=$1 expected
    shift
    for expected in "$@"; do
        [[ $text == *"$expected"* ]] || { printf 'expected: %s\nfound: %s\n' "$expected" "$text" && return 1; }
    done
}

# equal FOUND EXPECTED WHAT
equal() { [[ $1 == "$2" ]] || { echo "$3 is '$1' instead of '$2'" && return 1; }; }

# not COMMAND… : true if it fails. `!` before a command would not end a check.
not() { if "$@"; then return 1; fi; }

summary() { echo "$passed passed, $failed failed" && ((failed == 0)); }
