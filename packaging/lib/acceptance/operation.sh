# Sourced by packaging/acceptance: what somebody who operates the service relies on from day to day.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_operation() {
    say "operation"
    check 'messages arrive as documents' messages_arrive
    check 'a message that cannot be written is told with its processor, queue and priority as fields of the journal' journal_has_fields
    check 'warren status tells root that all is well' inside warren status
    check 'a member of warren-operators may operate, but not administer, and cannot read /etc/warren' levels_are_kept
    check 'a member of the group warren, which may read /etc/warren, cannot operate; others may not even look' readers_may_not_operate
    check 'a change is logged with uid, pid and verb, and so is a refusal' changes_are_logged
    check 'a pause survives a restart, with who asked for it and why; one that cannot be written down is refused' pause_survives
    check 'systemctl reload takes a new configuration into the running process' reload_takes_effect
    check 'enabled = false and a reload switch a processor off, which status, check and the log tell; without it, it is on again' switches_off
    check 'systemctl reload fails on a broken configuration, which changes nothing' reload_refuses
}

messages_arrive() {
    begin_load arrival
    end_load
    all_arrived arrival
}

journal_has_fields() {
    local from entry
    from=$(cursor)
    AMQP_URL=$AMQP_URL packaging/lib/broker.py publish company.updated <<<'this is not JSON'
    await 10 said "$from" 'parking it'
    # Not --after-cursor: where the entry at the cursor does not match, journalctl leaves out the first one that does.
    entry=$(inside journalctl --unit warren --output json --lines 1 WARREN_QUEUE=company.updated WARREN_REASON=not-json)
    expect "$entry" '"WARREN_PROCESSOR":"company-updated"' '"SYSLOG_IDENTIFIER":"warren"' '"PRIORITY":"4"' '"_TRANSPORT":"journal"'
}

# as USER COMMAND… : how it ends.
as() {
    local status=0
    inside runuser --user "$1" -- "${@:2}" || status=$?
    echo "status $status"
}

levels_are_kept() {
    inside useradd --groups warren-operators anna
    equal "$(inside stat --format %U:%G:%a /run/warren/control.sock)" warren:warren-operators:660 'the socket'
    may_operate anna
    expect "$(as anna warren log-level debug 2>&1)" 'may' 'status 77'
    inside warren log-level info
}

# may_operate USER : and read nothing of /etc/warren.
may_operate() {
    local file
    expect "$(as "$1" warren status)" company-sync 'status 0'
    expect "$(as "$1" warren pause company-sync)" 'status 0'
    expect "$(as "$1" warren resume company-sync)" 'status 0'
    for file in warren.toml conf.d/servers.toml; do expect "$(as "$1" cat "/etc/warren/$file" 2>&1)" 'Permission denied' 'status 1'; done
}

readers_may_not_operate() {
    inside useradd --groups warren reader
    inside useradd stranger
    may_not_operate reader
    may_not_operate stranger
    expect "$(as reader cat /etc/warren/warren.toml)" 'status 0'
    expect "$(as stranger cat /etc/warren/warren.toml 2>&1)" 'status 1'
}

may_not_operate() {
    expect "$(as "$1" warren pause company-sync 2>&1)" 'permission denied' 'status 77'
    expect "$(as "$1" warren status 2>&1)" 'permission denied' 'status 77'
}

changes_are_logged() {
    local uid
    uid=$(inside id --user anna)
    expect "$(journal --output export)" "WARREN_UID=$uid"
    expect "$(journal)" 'POST /v1/processors/company-sync/pause' 'PUT /v1/log-level'
}

pause_survives() {
    expect "$(as anna warren pause company-sync --reason 'schema change')" 'company-sync: paused' 'status 0'
    inside systemctl restart warren
    is_active
    expect "$(inside warren status)" 'company-sync is paused, for' 'by anna: schema change'
    expect "$(inside warren status --json)" '"survives_restart":true'
    inside warren resume company-sync
    await 20 is_consumed company.sync
    inside mv /var/lib/warren/pauses /var/lib/warren/kept
    inside mkdir /var/lib/warren/pauses
    expect "$(as anna warren pause company-sync 2>&1)" 'stays as it is' '/var/lib/warren/pauses' 'status 1'
    inside rmdir /var/lib/warren/pauses
    inside mv /var/lib/warren/kept /var/lib/warren/pauses
    is_consumed company.sync
}

reload_takes_effect() {
    local from pid
    from=$(cursor)
    pid=$(main_pid)
    write_configuration conf.d/test.toml <<<$'[log]\nlevel = "debug"'
    inside systemctl reload warren
    equal "$(main_pid)" "$pid" 'its pid'
    is_active
    said "$from" 'log'
}

switches_off() {
    local from
    from=$(cursor)
    write_configuration conf.d/test.toml <<<$'[[processor]]\nname = "company-sync"\nenabled = false'
    expect "$(inside warren check)" 'Processor company-sync: switched off'
    inside systemctl reload warren
    await 20 has_consumers company.sync 0
    has_consumers company.updated 1
    expect "$(inside warren status)" 'switched off (enabled = false): company-sync'
    expect "$(as root warren pause company-sync 2>&1)" 'is switched off' 'status 64'
    said "$from" 'switched off'
    inside rm /etc/warren/conf.d/test.toml
    inside systemctl reload warren
    await 20 has_consumers company.sync 1
}

has_consumers() { [[ $(consumers "$1") == "$2" ]]; }

reload_refuses() {
    local from pid
    from=$(cursor)
    pid=$(main_pid)
    write_configuration conf.d/test.toml <<<$'[log]\nlevel = "loud"'
    not inside systemctl reload warren
    said "$from" 'conf.d/test.toml:2'
    inside rm /etc/warren/conf.d/test.toml
    inside systemctl reload warren
    equal "$(main_pid)" "$pid" 'its pid'
    is_active
}
