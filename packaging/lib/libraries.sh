# Sourced: the Debian packages of which something goes into the static binary, and whether apt has newer ones.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# Their archives are linked in, or their headers compiled in. packaging/lib/inventory.py fails over an archive of any other package.
export static_packages=(librabbitmq-dev libcurl4-openssl-dev libssl-dev libnghttp2-dev libidn2-dev libunistring-dev libpsl-dev libssh2-1-dev
    libbrotli-dev libzstd-dev zlib1g-dev libc6-dev linux-libc-dev libgcc-12-dev libstdc++-12-dev)

# Lists of Warren's own, from the archives that the machine names: so that anybody may ask, not only root, and asking changes nothing.
apt_lists=$repository/.build/apt
apt_options=(-o APT::Sandbox::User=root -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15)

apt_query() { "$1" "${apt_options[@]}" -o "Dir::State::Lists=$apt_lists/lists" -o "Dir::Cache=$apt_lists/cache" "${@:2}"; }

# update_apt_lists : unless that was done within the last four hours: Debian publishes about as often. False if an archive could not be asked; $apt_lists/log tells why.
update_apt_lists() {
    mkdir -p "$apt_lists"/{lists/partial,cache/archives/partial}
    [[ -z $(find "$apt_lists/updated" -mmin -240 2>/dev/null) ]] || return 0
    # Otherwise apt is content with old lists when an archive does not answer.
    apt_query apt-get update --error-on=any >"$apt_lists/log" 2>&1 || return 1
    touch "$apt_lists/updated"
}

# compare_packages NAME… : a line `NAME INSTALLED CANDIDATE` for each; CANDIDATE is what apt would install, or `-` where no archive has the package.
# False if apt could not be asked; then there are no lines.
compare_packages() {
    update_apt_lists || return 1
    # What is installed counts as a candidate, so one that no archive has would seem current.
    awk 'FILENAME == ARGV[1] { offered[$1] = 1; next }
        /^[^ ]/ { name = $1; sub(/:.*/, "", name) }
        $1 == "Installed:" { installed = $2 }
        $1 == "Candidate:" { print name, installed, name in offered ? $2 : "-" }' \
        <(apt_query apt-cache madison "$@") <(apt_query apt-cache policy "$@")
}

# outdated FILE : those of compare_packages' lines where apt has something newer. Newer, not other: a machine may be ahead of its archives.
outdated() {
    local name installed candidate
    while read -r name installed candidate; do
        [[ $candidate != - ]] || continue
        ! dpkg --compare-versions "$candidate" gt "$installed" || echo "$name $installed $candidate"
    done <"$1"
}

# names LINES : the first word of each, in one line.
names() { cut --delimiter ' ' --fields 1 <<<"$1" | tr '\n' ' ' | sed 's/ $//'; }

# not_offered FILE : the names that no archive has.
not_offered() { awk '$3 == "-" { print $1 }' "$1"; }

# upgrade_packages NAME… : to apt's candidates. Only root may.
upgrade_packages() {
    ((EUID == 0)) || fail 77 "--upgrade is for root; as another user: sudo apt-get update && sudo apt-get install --only-upgrade $*"
    say "upgrading with apt: $*"
    apt_get update
    apt_get install --yes --no-install-recommends --only-upgrade "$@"
}

# require_current FILE ENFORCED : compares the static packages, and leaves the lines in FILE; none if apt could not be asked. Where something is
# outdated or not known, it fails if ENFORCED is 1, and otherwise warns.
require_current() {
    local file=$1 verdict old
    if ! compare_packages "${static_packages[@]}" >"$file"; then
        : >"$file"
        verdict="nobody knows whether the static libraries are current, because apt-get update failed: $(tail -n 3 "$apt_lists/log")"
    elif old=$(outdated "$file") && [[ $old ]]; then
        verdict="outdated, and linked into the binary (package, installed, candidate):
    ${old//$'\n'/$'\n'    }
  This brings them up to date (packaging/build --upgrade does it, as root):
    apt-get update && apt-get install --only-upgrade $(names "$old")"
    elif old=$(not_offered "$file") && [[ $old ]]; then
        verdict="nobody knows whether these are current, because no archive that apt knows has them: ${old//$'\n'/ }"
    elif (($(wc -l <"$file") != ${#static_packages[@]})); then
        verdict="nobody knows whether the static libraries are current, because apt does not tell of all: $(<"$file")"
    else
        say "the static libraries are the newest that apt has"
        return 0
    fi
    (($2 == 0)) || fail 1 "$verdict
  or build with these all the same, which the package's SBOM will say: packaging/build-deb --allow-outdated"
    say "warning: $verdict"
}
