# Sourced by packaging/acceptance: the package itself.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_package() {
    say "the package itself"
    check 'lintian finds no error and no warning' lintian --allow-root --fail-on error,warning --info "$package"
    check 'the same tree and the same libraries give the same bytes' builds_twice_alike
    check 'its SBOM is valid CycloneDX, and tells the same as the binary' packaging/supply-chain "$package"
    check 'it depends on systemd, and on no shared library' equal "$(dpkg-deb --field "$package" Depends)" systemd Depends
    check 'it names the Debian sources that are linked in' expect "$(dpkg-deb --field "$package" Static-Built-Using)" \
        'glibc (=' 'librabbitmq (=' 'curl (=' 'openssl (='
    check 'every link of the README and the manual leads somewhere in the package' links_lead_somewhere
    check 'warren.toml(5) explains every key of the shipped file' manual_has_every_key
    check 'warren(1) tells every command of warren --help' manual_has_every_command
    check 'warren-control(7) tells every request of the control socket' manual_has_every_request
    local unit
    for unit in warren.service warren@.service; do
        check "systemd-analyze security rates $unit at most 1.5" rated_at_most 1.5 "$unit"
    done
}

builds_twice_alike() {
    packaging/build-deb --output "$directory/again"
    cmp "$package" "$directory/again/${package##*/}"
}

links_lead_somewhere() {
    dpkg-deb --extract "$package" "$directory/extracted"
    packaging/lib/pages.py installed "$directory/extracted"
}

page() { dpkg-deb --fsys-tarfile "$package" | tar --extract --to-stdout "./usr/share/man/man${1##*.}/$1.gz" | gzip --decompress; }

manual_has_every_key() {
    local manual key keys
    manual=$(page warren.toml.5)
    keys=$(sed -nE 's/^(# )?([a-z_]+) *= .*/\2/p' etc/warren.toml | sort --unique)
    (($(wc -l <<<"$keys") > 40))
    for key in $keys; do grep --quiet --line-regexp ".It Cm $key" <<<"$manual" || { echo "not in the manual: $key" && return 1; }; done
}

# Commands within commands as well.
commands_of() {
    local command
    .build/static/warren "$@" --help | sed -n '/^SUBCOMMANDS:/,/^$/s/^  \([a-z][a-z-]*\).*/\1/p' | while read -r command; do
        [[ $command != help ]] || continue
        echo "$* $command"
        commands_of "$@" "$command"
    done
}

manual_has_every_command() {
    local manual command
    manual=$(page warren.1)
    commands_of | while read -r command; do
        grep --quiet --extended-regexp "^\.It Ic \"$command( |\")" <<<"${manual//\\-/-}" || { echo "not in the manual: $command" && return 1; }
    done
}

# As the binary describes them; packaging/lib/openapi.py compares everything else.
manual_has_every_request() {
    local manual method path requests
    manual=$(page warren-control.7)
    requests=$(.build/static/warren openapi | python3 -c '
import json, sys
for path, operations in json.load(sys.stdin)["paths"].items():
    for method in operations: print(method.upper(), path)')
    (($(wc -l <<<"$requests") >= 5))
    while read -r method path; do
        grep --quiet --line-regexp --fixed-strings ".It Li $method $path" <<<"${manual//\\-/-}" || { echo "not in the manual: $method $path" && return 1; }
    done <<<"$requests"
}

rated_at_most() {
    local rating
    dpkg-deb --fsys-tarfile "$package" | tar --extract --to-stdout "./usr/lib/systemd/system/$2" >"$directory/${2/@/@x}"
    rating=$(systemd-analyze security --offline=true --no-pager "$directory/${2/@/@x}" 2>&1)
    echo "$rating"
    awk -v most="$1" '/Overall exposure level/ { found = 1; for (i = 1; i <= NF; i++) if ($i ~ /^[0-9.]+$/) exit $i > most } END { if (!found) exit 1 }' <<<"$rating"
}
