# Sourced by packaging/acceptance: stop, upgrade, remove, purge.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_lifecycle() {
    say "stop, upgrade, remove, purge"
    check 'systemctl stop under load takes less than its time, and every connection is closed properly' stopped_under_load
    check 'upgraded under load, the new program runs, nothing is lost, and edits to the configuration are kept' upgraded_under_load
    check 'the upgrade restarted the instance, too' instance_was_restarted
    check 'removed, nothing of it runs, and the configuration is still there' removed
    check 'installed again, it runs as before' installed_again
    check 'purged, user, groups, state and configuration are gone, and what is left of the administrator starts nothing' purged
}

stopped_under_load() {
    local lines before
    lines=$(rabbitmq_log_lines)
    begin_load stopped
    before=$(date +%s%3N)
    inside systemctl stop warren
    say "systemctl stop under load: $(($(date +%s%3N) - before)) ms"
    (($(date +%s%3N) - before < 60000))
    equal "$(property Result)" success Result
    equal "$(property ExecMainStatus)" 0 'its exit status'
    equal "$(consumers company.updated)" 0 'consumers of company.updated'
    no_complaint_since "$lines"
    inside systemctl start warren
    end_load
    all_arrived stopped
}

upgraded_under_load() {
    local pid lines
    lines=$(rabbitmq_log_lines)
    pid=$(main_pid)
    main_pid warren@x.service >"$directory/instance-pid"
    inside sh -c 'echo "# an edit" >>/etc/warren/warren.toml'
    install --mode 0644 "$next_package" "$directory/root/root"
    begin_load upgraded
    inside env --chdir /root DEBIAN_FRONTEND=noninteractive apt-get install --yes "./${next_package##*/}"
    await 10 has_restarted_from "$pid"
    end_load
    all_arrived upgraded
    no_complaint_since "$lines"
    equal "$(inside dpkg-query --show --showformat '${Version}' warren)" "$next_version" 'the version installed'
    inside grep --quiet '^# an edit' /etc/warren/warren.toml
    equal "$(inside stat --format %U:%G:%a /etc/warren/warren.toml)" root:warren:640 owner
}

instance_was_restarted() {
    is_active warren@x.service
    not equal "$(main_pid warren@x.service)" "$(<"$directory/instance-pid")" 'its pid'
}

removed() {
    inside apt-get remove --yes warren
    equal "$(inside sh -c 'cat /proc/[0-9]*/comm 2>/dev/null' | grep -cx warren || true)" 0 'processes named warren'
    inside grep --quiet '^# an edit' /etc/warren/warren.toml
    not inside test -e /usr/bin/warren
}

installed_again() {
    inside env --chdir /root apt-get install --yes "./${next_package##*/}"
    await 10 is_active
    inside grep --quiet '^# an edit' /etc/warren/warren.toml
    messages_arrive
}

# Left may be what the administrator and the machine itself wrote.
purged() {
    local left
    inside apt-get purge --yes warren
    not inside getent passwd warren
    not inside getent group warren
    not inside getent group warren-operators
    inside find / -xdev -not -path '/proc/*' -not -path '/sys/*' | sort >"$directory/files-after"
    left=$(comm -13 "$directory/files-before" "$directory/files-after" | grep -vE '^/(tmp|run|root|var/(log|cache|tmp|lib/(apt|dpkg|systemd))|etc/warren)(/|$)' |
        grep -vE '^/etc/(passwd|group|shadow|gshadow|subuid|subgid)-$|^/etc/systemd/system/warren@x.service.d' || true)
    equal "$left" '' 'what is left behind'
    equal "$(comm -23 "$directory/files-before" "$directory/files-after" | grep -vE '^/(tmp|run|var/(log|cache|tmp|lib/(apt|dpkg|systemd)))(/|$)' || true)" '' 'what is missing'
    # The files of the administrator's own hand.
    equal "$(inside find /etc/warren -type f | LC_ALL=C sort | sed 's|^/etc/warren/||' | xargs)" \
        'conf.d/servers.toml.dpkg-bak credentials/rabbitmq.password x.toml' 'what is left of /etc/warren'
}
