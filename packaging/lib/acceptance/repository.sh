# Sourced by packaging/acceptance: a signed apt repository of packaging/build-repository, in the Debian that lifecycle.sh has purged Warren from.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_repository() {
    say "an apt repository"
    serve_repository
    check 'installed by name from the repository, as the manual says' installed_by_name
    check 'what an earlier installation left of /etc/warren is not started by that' starts_nothing_by_itself
    check 'the lists are asked for by their hashes' asked_by_hash
    check 'apt upgrade brings the next version' upgraded_by_name
    check 'a version that was built again with other bytes is refused' other_bytes_are_refused
    check 'signed anew without packages, it stays what it is' signed_anew
    check 'a signature of another key is refused' refuses_repository other-key 'NO_PUBKEY|not signed|Missing key'
    check 'a repository without a signature is refused' refuses_repository unsigned 'not signed'
    check 'a signed text that was changed is refused' refuses_repository changed-text 'BADSIG|not signed|[Bb]ad signature'
    check 'lists that are not those that were signed are refused' refuses_repository changed-lists 'Hash Sum mismatch|unexpected size'
    check 'lists that were signed too long ago are refused' refuses_repository expired 'expired'
    check 'a package that is not the one that was signed is refused' refuses_package
    check 'apt upgrade from a version with processors in a file that nobody has edited keeps them, and says where' keeps_processors_of_a_file
}

# sign_with KEY DIRECTORY [OPTION…] : packaging/build-repository as its caller calls it.
sign_with() { GNUPGHOME=$directory/gnupg packaging/build-repository --key "$1" --output "$published/$2" "${@:3}"; }

# new_key NAME : its fingerprint.
new_key() {
    local -x GNUPGHOME=$directory/gnupg
    gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key "$1 <$1@warren.example>" ed25519 sign never
    gpg --quiet --with-colons --list-keys "$1@warren.example" | awk -F : '$1 == "fpr" { print $10; exit }'
}

# A web server in this machine's loopback serves what is in `published` at `repository_url`.
serve_repository() {
    local port
    require_packages gnupg
    published=$directory/published
    install --directory --mode 0700 "$directory/gnupg"
    mkdir -p "$published"
    key=$(new_key warren) other_key=$(new_key somebody)
    sign_with "$key" warren "$package"
    port=$(free_ports 1)
    begin "$directory" web python3 -m http.server --bind 127.0.0.1 --directory "$published" "$port"
    repository_url=http://127.0.0.1:$port
    wait_until 10 curl --silent --fail --output /dev/null "$repository_url/" || fail 1 "the web server does not start: $(cat "$directory/web.log")"
    # Nothing but this repository is asked, so that only it can be what fails, and nothing of Debian's own is upgraded.
    inside sh -c 'mkdir -p /var/tmp/sources && mv /etc/apt/sources.list /etc/apt/sources.list.d/* /var/tmp/sources/ 2>/dev/null || true'
}

installed_by_name() {
    install --mode 0644 "$published/warren/warren.asc" "$directory/root/root/warren.asc"
    run_block repository -e "s|https://packages.example.com/warren|$repository_url/warren|"
    equal "$(inside dpkg-query --show --showformat '${Version}' warren)" "$(dpkg-deb --field "$package" Version)" 'the version installed'
    expect "$(inside apt-cache policy warren)" "$repository_url/warren stable/main"
}

# Purge has left the administrator's files under names that nobody reads.
starts_nothing_by_itself() {
    equal "$(property ActiveState)" inactive ActiveState
    equal "$(property Result)" exec-condition Result
    equal "$(inside sh -c 'cat /proc/[0-9]*/comm 2>/dev/null' | grep -cx warren || true)" 0 'processes named warren'
    not inside systemctl is-enabled warren@x
    inside test -e /etc/warren/conf.d/servers.toml.dpkg-bak
}

# The lists that have names only are gone, and apt reads the repository all the same.
asked_by_hash() {
    cp -R "$published/warren" "$published/by-hash"
    find "$published/by-hash/dists" -name 'Packages*' -type f -delete
    update_from by-hash
    expect "$(inside apt-cache policy warren)" "$repository_url/by-hash"
    update_from warren
}

# update_from NAME : with no lists but its own.
update_from() {
    inside sed -i "s|^URIs: .*|URIs: $repository_url/$1|" /etc/apt/sources.list.d/warren.sources
    inside rm -rf /var/lib/apt/lists
    inside apt-get update 2>&1
}

# lists_by_hash : those that can be asked for.
lists_by_hash() { find "$published/warren/dists" -path '*/by-hash/*' -type f | sort; }

# Who has read the signature before goes on with the lists that it names.
upgraded_by_name() {
    lists_by_hash >"$directory/lists"
    sign_with "$key" warren "$next_package"
    equal "$(lists_by_hash | comm -23 "$directory/lists" -)" '' 'which lists are gone'
    inside apt-get update
    inside env DEBIAN_FRONTEND=noninteractive apt-get upgrade --yes
    equal "$(inside dpkg-query --show --showformat '${Version}' warren)" "$next_version" 'the version installed'
    # The one before can still be had.
    expect "$(inside apt-cache madison warren)" "$next_version" "$(dpkg-deb --field "$package" Version)"
}

other_bytes_are_refused() {
    local said
    mkdir "$directory/other"
    dpkg-deb --raw-extract "$package" "$directory/other/tree"
    echo other >"$directory/other/tree/usr/share/doc/warren/other"
    dpkg-deb --build --root-owner-group "$directory/other/tree" "$directory/other/warren.deb" >/dev/null
    said=$(not sign_with "$key" warren "$directory/other/warren.deb" 2>&1)
    expect "$said" 'other bytes' '--version'
}

# With a time to live, which it has from then on; apt takes it as it took the one before.
signed_anew() {
    sign_with "$key" warren --valid-days 30
    equal "$(lists_by_hash | comm -12 "$directory/lists" -)" '' 'which lists of the signature before the last are still there'
    grep --quiet '^Valid-Until: ' "$published/warren/dists/stable/InRelease"
    inside apt-get update --error-on=any
    expect "$(inside apt-cache policy warren)" "$next_version"
}

# change_byte FILE POSITION : its length stays, so that only a hash tells.
change_byte() { printf X | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

# spoil HOW : a copy of the repository, with something wrong in it.
spoil() {
    local copy=$published/$1 signed=$published/$1/dists/stable
    rm -rf "$copy"
    cp -R "$published/warren" "$copy"
    case $1 in
        other-key) sign_with "$other_key" other-key ;;
        unsigned) rm "$signed"/{InRelease,Release.gpg} ;;
        changed-text)
            rm "$signed/Release.gpg"
            sed -i 's/^Origin: .*/Origin: Somebody/' "$signed/InRelease"
            ;;
        changed-lists) find "$signed" -path '*by-hash*' -type f | while read -r list; do change_byte "$list" 20; done ;;
        expired) SOURCE_DATE_EPOCH=$(($(date +%s) - 40 * 86400)) sign_with "$key" expired --valid-days 30 ;;
    esac
}

# refuses_repository HOW WORDS : apt says so, and offers no package of it. The one that is installed stays.
refuses_repository() {
    local said status=0
    spoil "$1"
    said=$(update_from "$1") || status=$?
    echo "$said"
    ((status))
    grep --quiet --extended-regexp "$2" <<<"$said"
    not grep --quiet "$repository_url/$1" <<<"$(inside apt-cache policy warren)"
    equal "$(inside dpkg-query --show --showformat '${Version}' warren)" "$next_version" 'the version installed'
    update_from warren
}

refuses_package() {
    local said status=0
    spoil changed-package
    change_byte "$(find "$published/changed-package/pool" -name "*_${next_version}_*")" 2000
    update_from changed-package
    inside apt-get clean
    said=$(inside apt-get install --yes --reinstall warren 2>&1) || status=$?
    echo "$said"
    ((status))
    expect "$said" 'Hash Sum mismatch'
}

# package_with_processors : this version as 0.1.0 was in what counts here: the example in the shipped file, and no preinst. `--upgrade` takes the real
# one, which takes long to build.
package_with_processors() {
    local tree=$directory/with-processors file
    dpkg-deb --raw-extract "$package" "$tree"
    for file in etc/warren usr/share/warren; do cat etc/examples/processors.toml >>"$tree/$file/warren.toml"; done
    sed -i "s/^Version: .*/Version: $earlier_version/" "$tree/DEBIAN/control"
    rm "$tree/DEBIAN/preinst"
    dpkg-deb --build --root-owner-group "$tree" "$tree.deb" >&2
    echo "$tree.deb"
}

keeps_processors_of_a_file() {
    local said
    inside dpkg --purge warren
    inside rm -rf /etc/warren
    sign_with "$key" earlier "$(package_with_processors)"
    update_from earlier
    inside apt-get install --yes warren
    run_block configure "${as_with_earlier[@]}"
    await 20 consumes_all_queues
    sign_with "$key" earlier "$next_package"
    inside apt-get update
    said=$(inside env DEBIAN_FRONTEND=noninteractive apt-get upgrade --yes 2>&1)
    expect "$said" "$kept_processors" 'enabled = false'
    inside cmp /etc/warren/warren.toml /usr/share/warren/warren.toml
    equal "$(inside dpkg-query --show --showformat '${Version}' warren)" "$next_version" 'the version installed'
    runs_as_before
}
