# Sourced by packaging/acceptance: a second instance beside the service, with its password as a systemd credential.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

secret=a-password-that-nobody-may-see

check_instances() {
    say "instances and credentials"
    check 'warren@x runs beside warren with a configuration, a socket and a state directory of its own' instance_runs
    check 'it logs in with a password from a systemd credential, and stores messages' instance_stores
    check 'warren status --all tells of both' both_are_told
    check 'the password is in no log, status, argument, environment or readable file' secret_is_nowhere
    check 'an instance without a configuration fails with 78' instance_without_configuration
}

instance_runs() {
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

both_are_told() { [[ $(inside warren status --all | grep --count --extended-regexp '^(warren|x) ') == 2 ]]; }

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
    not inside sh -c "warren status --json --socket /run/warren-x/control.sock | $search"
    not inside sh -c "cat /proc/[0-9]*/cmdline /proc/$(main_pid warren@x.service)/environ 2>/dev/null | $search"
    not inside sh -c "$search --recursive --exclude-dir=credentials /etc /run/warren-x /var/lib/warren"
}

instance_without_configuration() {
    not inside systemctl start warren@nothing || sleep 1
    equal "$(property ExecMainStatus warren@nothing.service)" 78 'its exit status'
    inside systemctl reset-failed warren@nothing
}
