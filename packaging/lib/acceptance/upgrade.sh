# Sourced by packaging/acceptance: from the package of the version before to this one, with everything under way that an upgrade may find.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_upgrade() {
    say "upgrade from $earlier_version"
    install --directory "$directory/root/root"
    install --mode 0644 "$earlier" "$package" "$directory/root/root"

    check "$earlier_version runs with a configuration of its administrator's" earlier_runs
    check '25 letters lie in a classic dead-letter queue, and 25 in a quorum queue' earlier_parks
    check 'a processor is paused, and a resynchronisation is under way' earlier_is_busy
    check 'upgraded while messages are in flight and the database hangs, the new program runs' upgraded_in_flight
    check 'the configuration is the same, and the new version takes it' configuration_is_kept
    check 'the record of the last process is understood, and a stop in order makes nobody a suspect' record_is_understood
    check 'every message is in the database or a letter, also those that waited for the paused processor' nothing_is_lost
    check 'provision ends with 0, and makes anew what the exchange of partitions needs' provision_afterwards
    check 'letters of the earlier version are listed, with ids that stay, and shown' letters_are_shown
    check 'they are replayed, one by its id and then all, and become documents' letters_are_replayed
    check 'the run goes on, ends, and marks what it has not seen, by either version' run_ends
    check 'provision ends with 0 a second time, and check --live finds no error' provision_again
    check 'nobody has become an operator; what NEWS.Debian says makes one, who cannot read /etc/warren' news_is_followed
    check 'purged, it lists whose files are left, and keeps the owner of those alone' purged_with_files

    say "upgrade from $earlier_version, with a warren.toml that nobody has edited"
    check 'the processors of that file run on out of conf.d, which is told; a purge leaves nothing of them' keeps_processors
    check 'the first file of conf.d is the first for all names' keeps_their_order
    check 'where instances read conf.d too, the file stays, which is told, and they consume nothing else' keeps_file_for_instances
    check 'where nobody had configured it, nothing runs' keeps_nothing_of_an_example
}

# It had the processors of the example in its warren.toml.
as_with_earlier=(-e '/^cp /d')

# bodies PREFIX FIRST LAST VERSION [PADDING] : a message a line.
bodies() {
    local number padding=''
    [[ -z ${5:-} ]] || padding=$(printf "%$5s" '' | tr ' ' x)
    for ((number = $2; number <= $3; number++)); do printf '{"id":"%s-%s","version":%s,"name":"%s"}\n' "$1" "$number" "$4" "$padding"; done
}

# written PREFIX FIRST LAST VERSION : the database has them all in this version.
written() {
    bodies "$@" | sed -E 's/.*"id":("[^"]*"),"version":([0-9]+).*/\1:\2/' | paste --serial --delimiters , | sed 's/.*/{&}/' >"$directory/expected.json"
    packaging/lib/load.py arrived "$directory/expected.json"
}

publish() { packaging/lib/broker.py publish "$1"; }
waiting() { [[ $(packaging/lib/broker.py waiting "$1") == "$2" ]]; }
queue_type() { packaging/rabbitmq ctl "$directory/rabbitmq" list_queues --no-table-headers name type | awk -v queue="$1" '$1 == queue { print $2 }'; }

is_durable() {
    packaging/rabbitmq ctl "$directory/rabbitmq" list_exchanges --no-table-headers name durable | awk -v exchange="$1" '$1 == exchange { print $2 }'
}

earlier_runs() {
    inside env --chdir /root DEBIAN_FRONTEND=noninteractive apt-get install --yes "./${earlier##*/}"
    run_block configure "${as_with_earlier[@]}"
    inside sh -c 'echo "# an edit" >>/etc/warren/warren.toml'
    write_configuration conf.d/upgrade.toml <<'TOML'
[rabbitmq]
max_message = "1KiB"

[[processor]]
name       = "people"
queue      = "company.people"
queue_type = "quorum"
operation  = "update"
collection = "companies"
key        = "/id"
version    = "/version"

[[processor]]
name         = "moved"
queue        = "company.moved"
partitions   = 3
partition_by = "routing-key"
operation    = "update"
collection   = "companies"
key          = "/id"

[[processor]]
name = "company-sync"
set  = { source = "register" }

[processor.resync]
TOML
    inside warren check
    inside warren provision
    inside systemctl restart warren
    is_active
    equal "$(inside warren version)" "warren $earlier_version" 'what runs'
    inside useradd --groups warren former
    expect "$(as former warren pause company-invalidated)" 'status 0'
    inside sh -c 'sha256sum /etc/warren/warren.toml /etc/warren/conf.d/*' >"$directory/configuration"
}

# Larger than the configuration allows: it is the administrator who was wrong, so that they can be replayed.
earlier_parks() {
    bodies letter-classic 1 25 1 2000 | publish company.updated
    bodies letter-quorum 1 25 1 2000 | publish company.people
    await 30 waiting company.updated.dead 25
    await 30 waiting company.people.dead 25
    equal "$(queue_type company.updated.dead)" classic 'its type'
    equal "$(queue_type company.people.dead)" quorum 'its type'
}

# Letters that were parked within ten seconds before a run would count as parked in it.
earlier_is_busy() {
    bodies paused 1 30 1 | publish company.invalidated
    bodies register 1 200 1 | publish company.sync
    written register 1 200 1
    sleep 10
    inside warren resync begin company-sync
    run_of >"$directory/run"
    [[ -s $directory/run ]]
    bodies register 1 100 2 | publish company.sync
    written register 1 100 2
    expect "$(inside warren resync status company-sync)" running
    expect "$(inside warren status company-invalidated)" paused
    waiting company.invalidated 30
}

# run_of : the id of the run of company-sync, which both versions show in the same way.
run_of() { inside warren resync status company-sync --json | sed -nE 's/.*"run" ?: ?"([^"]+)".*/\1/p'; }

upgraded_in_flight() {
    local emulator pid status=0 name
    pid=$(main_pid)
    cursor >"$directory/cursor"
    read -r emulator _ <"$directory/emulator.pid"
    begin "$directory" load-classic packaging/lib/load.py publish "$directory/classic.json" company.updated
    begin "$directory" load-quorum packaging/lib/load.py publish "$directory/quorum.json" company.people
    begin "$directory" load-moved packaging/lib/load.py publish "$directory/moved.json" company.moved
    await 20 has_documents
    kill -STOP "$emulator"
    (upgrade_holding) || status=$?
    kill -CONT "$emulator"
    ((status == 0))
    await 30 has_restarted_from "$pid"
    sleep 2 # the loads reach the new program, too
    for name in classic quorum moved; do end "$directory" "load-$name" TERM; done
    equal "$(inside dpkg-query --show --showformat '${Version}' warren)" "$version" 'the version installed'
    equal "$(inside warren version)" "warren $version" 'what runs'
}

has_documents() { is_stored classic-1 && is_stored quorum-1 && is_stored moved-1; }

# What is held cannot be written, and is still held when the stop gives up waiting for that.
upgrade_holding() {
    set -e
    await 20 holds company.updated
    await 20 holds company.people
    inside env --chdir /root DEBIAN_FRONTEND=noninteractive apt-get install --yes --option Dpkg::Options::=--force-confold "./${package##*/}"
}

# holds QUEUE : deliveries of it are unacknowledged.
holds() {
    local count
    count=$(packaging/rabbitmq ctl "$directory/rabbitmq" list_queues --no-table-headers name messages_unacknowledged |
        awk -v queue="$1" '$1 == queue { print $2 }')
    ((count > 0))
}

configuration_is_kept() {
    inside sha256sum --check --quiet <"$directory/configuration"
    equal "$(inside stat --format %U:%G:%a /etc/warren/warren.toml)" root:warren:640 owner
    inside warren check
}

record_is_understood() {
    await 20 record_is_its_own
    not said "$(<"$directory/cursor")" 'handled with caution'
    not said "$(<"$directory/cursor")" 'ends-process'
    is_active
}

nothing_is_lost() {
    local name
    for name in classic quorum moved; do all_arrived "$name"; done
    written paused 1 30 1
    waiting company.updated.dead 25
    waiting company.people.dead 25
    # What was in flight is written, and not parked for the interruption.
    for name in company.invalidated.dead company.sync.dead company.moved.dead; do waiting "$name" 0; done
}

# Without versions the order counts, which that exchange would lose at a restart of the broker.
provision_afterwards() {
    equal "$(is_durable company.moved.hash)" true "whether $earlier_version made company.moved.hash durable"
    inside warren provision
    equal "$(is_durable company.moved.hash)" false 'whether company.moved.hash is durable'
    equal "$(queue_type company.moved.instances)" classic 'the type of company.moved.instances'
    begin_load after company.moved
    end_load
    all_arrived after
}

# ids PROCESSOR [OPTION…] : of its letters, sorted.
ids() { inside warren dead list "$@" --limit 100 --json | python3 -c 'import json, sys; print(*sorted(l["id"] for l in json.load(sys.stdin)["letters"]), sep="\n")'; }

# letters_are_named PROCESSOR NAME [OPTION…] : digests, as they have no name of their own.
letters_are_named() {
    local found
    found=$(ids "$1" "${@:3}")
    equal "$(grep --count --line-regexp --extended-regexp '[0-9a-f]{32}' <<<"$found")" 25 'letters with an id'
    equal "$(sort --unique <<<"$found" | wc -l)" 25 'different ids'
    equal "$(ids "$1" "${@:3}")" "$found" 'what a second look shows'
    head -n 1 <<<"$found" >"$directory/id-$2"
    expect "$(inside warren dead show "$1" "$(<"$directory/id-$2")" --body "${@:3}")" "\"id\":\"letter-$2-"
    expect "$(inside warren dead show "$1" "$(<"$directory/id-$2")" "${@:3}")" too-large
}

letters_are_shown() {
    letters_are_named company-updated classic
    letters_are_named people quorum --count-deliveries
}

letters_are_replayed() {
    inside sed -i 's/^max_message.*/max_message = "16MiB"/' /etc/warren/conf.d/upgrade.toml
    inside warren reload
    # Not all of them, because nobody said so.
    not inside warren dead replay company-updated
    waiting company.updated.dead 25
    inside warren dead replay company-updated --id "$(<"$directory/id-classic")"
    inside warren dead replay people --id "$(<"$directory/id-quorum")"
    await 20 waiting company.updated.dead 24
    await 20 waiting company.people.dead 24
    inside warren dead replay company-updated --all
    inside warren dead replay people --all
    written letter-classic 1 25 1
    written letter-quorum 1 25 1
    await 20 waiting company.updated.dead 0
    await 20 waiting company.people.dead 0
}

# is_marked NUMBER : the document has been found to be missing.
is_marked() {
    curl --silent --fail --user root: "$ARANGODB_URL/_db/companies/_api/document/companies/register-$1" | grep --quiet '"invalidated" *: *true'
}

# The first hundred were seen by the earlier version, the others by this one; nobody publishes the last five.
run_ends() {
    local number marked=''
    equal "$(run_of)" "$(<"$directory/run")" 'the run'
    bodies register 101 195 2 | publish company.sync
    written register 101 195 2
    inside warren resync end company-sync --wait
    for ((number = 1; number <= 200; number++)); do ! is_marked "$number" || marked+=" $number"; done
    equal "$marked" ' 196 197 198 199 200' 'what is marked'
}

provision_again() {
    inside warren provision
    inside warren check --live
}

news_is_followed() {
    inside sh -c 'zcat /usr/share/doc/warren/NEWS.Debian.gz' | grep --quiet 'adduser PERSON warren-operators'
    equal "$(inside getent group warren-operators | cut -d : -f 4)" '' 'members of warren-operators'
    # What was configured counts, until it is changed.
    expect "$(as former warren pause company-invalidated)" 'status 0'
    inside sed -i 's/^group  *=.*/group = "warren-operators"/' /etc/warren/warren.toml
    inside systemctl restart warren
    # Unlike one of the earlier version, a pause of this one is there after the restart.
    is_active
    expect "$(inside warren status company-invalidated)" 'by former'
    inside warren resume company-invalidated
    inside useradd --groups warren-operators anna
    may_operate anna
    may_not_operate former
}

# Files of the administrator's own hand: one that the service's group may read, and one in another place of an operator's.
purged_with_files() {
    local said
    inside install -D --owner root --group warren --mode 0640 /dev/null /etc/warren/ca.pem
    inside install --directory --group warren-operators /srv/handbook
    said=$(inside apt-get purge --yes warren 2>&1)
    echo "$said"
    expect "$said" /etc/warren/ca.pem /srv/handbook 'groupdel warren-operators'
    inside getent group warren
    inside getent group warren-operators
    equal "$(inside stat --format %U:%G:%a /etc/warren/ca.pem)" root:warren:640 'its owner'
    equal "$(inside stat --format %U:%G /srv/handbook)" root:warren-operators 'its owner'
    inside test ! -e /var/lib/warren
}

kept_processors=/etc/warren/conf.d/00-0.1.0-processors.toml

# earlier_anew [BLOCK] : on a machine that never had it; with BLOCK, configured as its README said, by a file in conf.d alone.
earlier_anew() {
    inside dpkg --purge warren
    inside rm -rf /etc/warren /srv/handbook
    inside env --chdir /root DEBIAN_FRONTEND=noninteractive apt-get install --yes "./${earlier##*/}"
    [[ ! ${1:-} ]] || run_block "$1" "${as_with_earlier[@]}"
}

upgrade_anew() { inside env --chdir /root DEBIAN_FRONTEND=noninteractive apt-get install --yes "./${package##*/}" 2>&1; }

runs_as_before() {
    await 20 is_active
    await 20 consumes_all_queues
    messages_arrive
}

keeps_processors() {
    local said
    earlier_anew configure
    await 20 consumes_all_queues
    said=$(upgrade_anew)
    expect "$said" "$kept_processors" 'enabled = false'
    inside cmp /etc/warren/warren.toml /usr/share/warren/warren.toml
    equal "$(inside stat --format %U:%G:%a "$kept_processors")" root:warren:640 'its owner'
    expect "$(inside warren check)" 'Processor company-updated' 'Processor company-invalidated' 'Processor company-sync'
    runs_as_before
    # Once more, nothing happens to it.
    inside sh -c "echo '# an edit' >>$kept_processors"
    inside env --chdir /root apt-get install --yes --reinstall "./${package##*/}"
    inside grep --quiet '^# an edit' "$kept_processors"
    inside apt-get purge --yes warren
    not inside test -e "$kept_processors"
}

# A file that changes one of the three comes after them, whatever it is called.
keeps_their_order() {
    earlier_anew configure
    write_configuration 'conf.d/0-first.toml' <<<$'[[processor]]\nname = "company-sync"\nqueue = "company.other"'
    upgrade_anew
    expect "$(inside warren check)" 'Processor company-sync: company.other'
}

keeps_file_for_instances() {
    local said checked
    earlier_anew configure
    write_configuration x.toml <<'TOML'
[[processor]]
name       = "other"
queue      = "company.other"
operation  = "sync"
collection = "companies"
key        = "/id"
TOML
    said=$(upgrade_anew)
    expect "$said" 'the file of 0.1.0 stays as it is' /usr/share/warren/warren.toml
    not inside test -e "$kept_processors"
    not inside test -e /etc/warren/warren.toml.of-0.1.0
    equal "$(inside stat --format %U:%G:%a /etc/warren/warren.toml)" root:warren:640 'its owner'
    checked=$(inside warren check --config /etc/warren/x.toml)
    expect "$checked" 'Processor other'
    not expect "$checked" 'Processor company-'
    runs_as_before
}

keeps_nothing_of_an_example() {
    earlier_anew
    upgrade_anew
    equal "$(inside find /etc/warren/conf.d -type f)" '' 'what is in conf.d'
    waits_for_configuration
}
