# Sourced by packaging/acceptance: README.md's way from the package to a running service.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

# run_block BLOCK [SED-OPTION…] : the commands below `<!-- packaging/acceptance runs this: BLOCK -->` in README.md or packaging/doc, as they stand
# there, but for where the servers are and for what else is replaced.
run_block() {
    local commands
    echo "$1" >>"$directory/blocks"
    commands=$(packaging/lib/pages.py block "$1")
    commands=$(sed -e "s|rabbit-1|${AMQP_URL#amqp://}|" -e "s|http://arango-1:8529|$ARANGODB_URL|" "${@:2}" <<<"$commands")
    inside env --chdir /root bash -exc "$commands"
}

check_install() {
    say "installing as README.md says"
    install --directory "$directory/root/root"
    install --mode 0644 "$package" "$directory/root/root"
    inside find / -xdev -not -path '/proc/*' -not -path '/sys/*' | sort >"$directory/files-before"

    check 'apt installs it' run_block install
    check 'not configured, it is enabled but waits, and says for what' waits_for_configuration
    check 'a file in conf.d that names no processor is a mistake that is told, with 78' needs_a_processor
    check 'the configuration belongs to root:warren 0640' equal "$(inside stat --format %U:%G:%a /etc/warren/warren.toml)" root:warren:640 owner
    check 'the completions for bash are loadable' inside bash -n /usr/share/bash-completion/completions/warren
    check 'configured, checked and provisioned, it starts' run_block configure
    check 'it is active' is_active
    check 'it consumes when systemctl start returns' consumes_all_queues
    check 'READY came after consuming began' ready_after_consuming
    check 'systemctl status tells in words what it does' expect "$(property StatusText)" 'consuming 3 queues' 'ArangoDB'
    check 'it has no capabilities, a system call filter, and a user of its own' is_confined
    check 'it was ready within a second' ready_within_a_second
}

waits_for_configuration() {
    equal "$(inside systemctl is-enabled warren)" enabled 'systemctl is-enabled'
    equal "$(property ActiveState)" inactive ActiveState
    equal "$(property Result)" exec-condition Result
    expect "$(journal)" 'Not started: /etc/warren/warren.toml is as it came with the package' 'systemctl start warren'
}

needs_a_processor() {
    local said status=0
    write_configuration conf.d/test.toml <<<$'[log]\nlevel = "debug"'
    said=$(inside warren check 2>&1) || status=$?
    expect "$said" 'processor: there is none' /usr/share/doc/warren/examples
    equal "$status" 78 'the exit status of check'
    not inside systemctl start warren
    equal "$(property ExecMainStatus)" 78 'its exit status'
    inside rm /etc/warren/conf.d/test.toml
    inside systemctl reset-failed warren
}

consumes_all_queues() {
    local queue listed
    # Once for all of them: each question starts an Erlang of its own.
    listed=$(packaging/rabbitmq ctl "$directory/rabbitmq" list_queues --no-table-headers name consumers)
    for queue in company.updated company.invalidated company.sync; do
        equal "$(awk -v queue="$queue" '$1 == queue { print $2 }' <<<"$listed")" 1 "consumers of $queue" || return 1
    done
}

# The journal keeps the order: the last queue's subscription, then systemd's own line, which it writes at READY.
ready_after_consuming() {
    journal | awk '/^Consuming/ { consuming++ } /^Started warren.service/ { started = 1; exit consuming != 3 } END { if (!started) exit 1 }'
}

is_confined() {
    local status
    status=$(inside cat "/proc/$(main_pid)/status")
    expect "$status" $'CapEff:\t0000000000000000' $'CapBnd:\t0000000000000000' $'NoNewPrivs:\t1' $'Seccomp:\t2'
    equal "$(inside stat --format %U "/proc/$(main_pid)")" warren 'its user'
}

ready_within_a_second() {
    local started ready
    started=$(property ExecMainStartTimestampMonotonic) ready=$(property ActiveEnterTimestampMonotonic)
    say "exec to READY: $(((ready - started) / 1000)) ms"
    ((ready - started < 1000000))
}
