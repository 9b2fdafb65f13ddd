# Sourced by packaging/acceptance: the commands of the manual in packaging/doc, in the service that operation.sh leaves.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_manual() {
    say "the manual's commands"
    check 'looking at the service' run_block look
    check 'asking the control socket with curl' asks_with_curl
    check 'finding log lines by their fields' run_block journal
    check 'asking what became of a document' run_block messages
    check 'explaining a message without the service' explains
    check 'pausing, resuming and draining' pauses
    check 'looking at dead letters, and sending one back' handles_dead_letters
    check 'a resynchronisation' resynchronises
    check 'what the program is made of' run_block versions
    check 'the changelog is where the manual says' run_block changelog
}

# The clean Debian has no curl, so that of this machine asks; root is root on both sides.
asks_with_curl() {
    local leader commands output
    echo curl >>"$directory/blocks"
    leader=$(container_leader)
    commands=$(packaging/lib/pages.py block curl | sed -e 's|^curl |&--silent --show-error --fail |' -e "s|/run/warren/|/proc/${leader% }/root&|")
    output=$(bash -exc "$commands")
    expect "$output" '"company-sync"' '"dry_run"'
}

explains() { expect "$(run_block explain)" companies 4711 'Nordwind Holding SE'; }

# Afterwards it consumes again.
pauses() {
    run_block pause
    await 20 is_consumed company.sync
}

is_consumed() { [[ $(consumers "$1") == 1 ]]; }

# The manual's letter has an id that stands for any.
handles_dead_letters() {
    local letter output
    AMQP_URL=$AMQP_URL packaging/lib/broker.py publish company.updated <<<'this is not JSON either'
    await 10 has_letters
    letter=$(letter_ids | head -n 1)
    output=$(run_block dead-letters -e "s|3fa94c07d1e2|$letter|")
    expect "$output" not-json "${letter:0:8}"
    await 10 has_letters # it was parked anew
}

letter_ids() {
    inside warren dead list company-updated --all --json | python3 -c 'import json, sys; [print(l["id"]) for l in json.load(sys.stdin)["letters"]]'
}

has_letters() { (($(letter_ids | wc -l) > 0)); }

resynchronises() {
    local status=0
    run_block resync || status=$?
    inside rm -f /etc/warren/conf.d/resync.toml
    inside warren reload
    return "$status"
}

every_block_was_run() { equal "$(sort --unique "$directory/blocks" | xargs)" "$(packaging/lib/pages.py blocks | sort | xargs)" 'what was run'; }
