# Sourced by packaging/acceptance: a second instance beside the service, with its password as a systemd credential.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

secret=a-password-that-nobody-may-see

check_instances() {
    say "instances and credentials"
    check 'warren@x runs beside warren with a configuration, a socket and a state directory of its own' instance_runs
    check 'it logs in with a password from a systemd credential, and stores messages' instance_stores
    check 'check --live logs in as the instance does, and says what it took of its unit; --effective hides the secret' check_has_credentials
    check 'a reload says which credential takes a restart, or that one may' reload_tells_of_credentials
    check 'check warns of a file that the service cannot read' unreadable_file_is_told
    check 'warren status --all tells of both' both_are_told
    check 'a command for one of them never reaches the other, by --instance and by --config' one_is_meant
    check 'the password is in no log, status, argument, environment or readable file' secret_is_nowhere
    check 'an instance without a configuration fails with 78, and warren status --all says so' instance_without_configuration
}

instance_runs() {
    run_block instances
    packaging/rabbitmq ctl "$directory/rabbitmq" add_user instance "$secret"
    packaging/rabbitmq ctl "$directory/rabbitmq" set_permissions instance '.*' '.*' '.*'
    write_configuration x.toml <<'TOML'
[rabbitmq]
declare = true

[[processor]]
name       = "other"
queue      = "company.other"
operation  = "update"
collection = "companies"
key        = "/id"
version    = "/version"
TOML
    inside install -d -m 0700 /etc/warren/credentials
    inside sh -c "umask 077 && printf %s $secret >/etc/warren/credentials/rabbitmq.password"
    inside install -d /etc/systemd/system/warren@x.service.d
    # conf.d is read by all instances, so the user of this one is in its environment, which comes after.
    inside tee /etc/systemd/system/warren@x.service.d/login.conf <<'UNIT'
[Service]
Environment=WARREN_RABBITMQ_USERNAME=instance
LoadCredential=rabbitmq.password:/etc/warren/credentials/rabbitmq.password
UNIT
    inside systemctl daemon-reload
    inside systemctl enable --now warren@x
    is_active warren@x.service
    is_active warren.service
    inside test -d /run/warren-x
    inside test -d /var/lib/warren/instances/x
}

check_has_credentials() {
    local credential='the credential rabbitmq.password (/etc/warren/credentials/rabbitmq.password)' effective
    expect "$(inside warren check --live --instance x)" "As warren@x.service has: WARREN_RABBITMQ_USERNAME, $credential" ' as instance, '
    inside warren provision --instance x
    effective=$(inside warren check --effective --instance x)
    expect "$effective" '# credential rabbitmq.password' '# environment variable WARREN_RABBITMQ_USERNAME' '# /etc/warren/conf.d/servers.toml:' '# default'
    not expect "$effective" "$secret"
    expect "$(inside warren check --effective --json --instance x)" '"key":"rabbitmq.password","hidden":true,"origin":"credential rabbitmq.password"'
}

reload_tells_of_credentials() {
    local from
    inside sh -c 'printf %s another >/etc/warren/credentials/rabbitmq.password'
    expect "$(inside warren reload --instance x)" 'rabbitmq.password has changed, and takes effect with a restart: systemctl restart warren@x.service'
    inside sh -c "umask 077 && printf %s $secret >/etc/warren/credentials/rabbitmq.password"
    equal "$(inside warren reload --instance x)" 'nothing changed' 'a reload without a change'
    from=$(cursor)
    inside systemctl reload warren@x
    expect "$(inside journalctl --unit warren@x --after-cursor "$from" --output cat)" 'rabbitmq.password: is as systemd gave it'
}

unreadable_file_is_told() {
    inside chmod 0600 /etc/warren/x.toml
    expect "$(inside warren check --instance x 2>&1)" '/etc/warren/x.toml' 'chgrp warren /etc/warren/x.toml && chmod 0640 /etc/warren/x.toml'
    inside chgrp warren /etc/warren/x.toml
    inside chmod 0640 /etc/warren/x.toml
    [[ $(inside warren check --instance x 2>&1) != *chgrp* ]]
    # As it was: what belongs to the group would keep it through the purge.
    inside chgrp root /etc/warren/x.toml
    inside chmod 0644 /etc/warren/x.toml
}

both_are_told() { [[ $(inside warren status --all | grep --count --extended-regexp '^(warren|x) ') == 2 ]]; }

one_is_meant() {
    inside warren pause --all --instance x --reason 'only here'
    expect "$(inside warren status --instance x)" 'other is paused, for' 'only here'
    [[ $(inside warren status) != *'is paused'* ]]
    inside warren resume --all --config /etc/warren/x.toml
    expect "$(as root warren pause --all --config /etc/warren/x.toml --socket /run/warren-x/control.sock)" 'other: paused' 'status 0'
    inside warren resume other --instance x
    # Its socket is that of its unit, where nobody listens: the service at the usual one is not asked.
    inside cp /etc/warren/x.toml /etc/warren/y.toml
    expect "$(as root warren pause --all --config /etc/warren/y.toml 2>&1)" /run/warren-y/control.sock 'status 4'
    inside rm /etc/warren/y.toml
    [[ $(inside warren status) != *'is paused'* ]]
}

instance_stores() {
    await 20 instance_consumes
    begin_load instance company.other
    end_load
    all_arrived instance
}

instance_consumes() { [[ $(consumers company.other) == 1 ]]; }

# Read by grep from its file: as an argument it would itself be found in /proc.
secret_is_nowhere() {
    local search='grep --text --quiet --file=/etc/warren/credentials/rabbitmq.password'
    not grep --text --quiet "$secret" "$directory/container.log"
    not inside sh -c "journalctl --output export | $search"
    not inside sh -c "systemctl show 'warren*' | $search"
    not inside sh -c "warren status --json --instance x | $search"
    not inside sh -c "cat /proc/[0-9]*/cmdline /proc/$(main_pid warren@x.service)/environ 2>/dev/null | $search"
    not inside sh -c "$search --recursive --exclude-dir=credentials /etc /run/warren-x /var/lib/warren"
}

instance_without_configuration() {
    not inside systemctl start warren@nothing || sleep 1
    equal "$(property ExecMainStatus warren@nothing.service)" 78 'its exit status'
    expect "$(as root warren status --all 2>&1)" 'warren@nothing has failed (exit-code)' 'status 4'
    inside systemctl reset-failed warren@nothing
}
