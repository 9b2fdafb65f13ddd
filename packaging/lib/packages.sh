# Sourced: what has to be installed before anything else can be done.
# shellcheck shell=bash
# shellcheck source=packaging/lib/say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"

# require_packages NAME… : Debian packages; installs what is missing, or says how to.
require_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query --show --showformat '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    ((${#missing[@]})) || return 0
    ((EUID == 0)) || fail "$unavailable" "not root, so please install what is missing: sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing with apt: ${missing[*]}"
    apt_get update
    apt_get install --yes --no-install-recommends "${missing[@]}"
}

# Packages with a service (rabbitmq-server) would start it, which nobody asked for: policy-rc.d is Debian's way to say so.
apt_get() {
    local policy=/usr/sbin/policy-rc.d log status=0
    log=$(mktemp)
    if [[ -e $policy ]]; then policy=; else printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"; fi
    DEBIAN_FRONTEND=noninteractive apt-get --quiet --option Dpkg::Use-Pty=0 "$@" </dev/null >"$log" 2>&1 || status=$?
    [[ -z $policy ]] || rm "$policy"
    ((status == 0)) || fail "$unavailable" "apt-get $1 failed: $(cat "$log")"
    rm "$log"
}

# require_swift : the one thing that apt does not have; what it leans on, apt has (swift.org's list for Debian 12, without the debugger's part).
require_swift() {
    local advice='Warren needs Swift 6.3 or later, and Debian has no package of it.
  It comes from https://www.swift.org/install/linux/ (choose Debian 12): unpack it and put its usr/bin into PATH.'
    command -v swift >/dev/null || fail "$unavailable" "swift is not in PATH. $advice"
    require_packages binutils ca-certificates gcc git libc6-dev libcurl4-openssl-dev libedit2 libncurses6 libsqlite3-0 libssl-dev \
        libstdc++-12-dev libxml2 tzdata
    local version
    version=$(swift --version | sed -n 's/.*Swift version \([0-9]*\.[0-9]*\).*/\1/p')
    [[ $(printf '%s\n' 6.3 "$version" | sort --version-sort | head -n 1) == 6.3 ]] ||
        fail "$unavailable" "swift is version $version. $advice"
}
