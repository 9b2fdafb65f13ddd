# Sourced: RabbitMQ as other releases of Debian have it, with a C library and an Erlang of its own, unpacked into a cache. Nothing is installed.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# Oldest first. Which version each has is asked, not written here.
suites=(bookworm trixie forky)
release_cache=${WARREN_TEST_RABBITMQ_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/warren/rabbitmq}
debian_keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# get_release VERSION : `oldest`, `newest`, a release of Debian, or how a version begins, as 4 or 4.0 or 4.0.5. Sets release_version to the version that was got, and
# release_usr to its /usr; that is empty if it is the version that is installed.
get_release() {
    local candidates=("${suites[@]}") wanted=$1 release
    case $wanted in
        oldest) candidates=("${suites[0]}") wanted='' ;;
        newest) candidates=("${suites[-1]}") wanted='' ;;
        [a-z]*)
            [[ " ${suites[*]} " == *" $wanted "* ]] || fail "$unavailable" "there is no RabbitMQ '$1'; say oldest, newest or a number such as 4.0"
            candidates=("$wanted") wanted=''
            ;;
        *) [[ $wanted =~ ^[0-9]+(\.[0-9]+)*$ ]] || fail "$unavailable" "there is no RabbitMQ '$1'; say oldest, newest or a number such as 4.0" ;;
    esac
    release=$(own_release || cached_release || download_release)
    release_usr='' release_version=$(upstream "${release##*_}")
    [[ $release != /* ]] || release_usr=$release/usr
    release=${release##*/}
    say "RabbitMQ $release_version (Debian ${release/_/, }), ${release_usr:-installed}"
}

# The three below know `candidates` and `wanted`, and print SUITE_VERSION; for what is unpacked, with its directory before it.

# The package that is installed on this machine, if it is one of the candidates: most who ask for 3.10 have it.
own_release() {
    local release
    release=$(installed_release)
    [[ " ${candidates[*]} " == *" ${release%%_*} "* ]] && fits "${release#*_}" && echo "$release"
}

# Whole ones only: what is half made has another name.
cached_release() {
    local suite release
    for suite in "${candidates[@]}"; do
        while read -r release; do
            fits "${release##*_}" && echo "$release" && return
        done < <(find "$release_cache" -maxdepth 1 -name "${suite}_*" 2>/dev/null | sort --version-sort --reverse)
    done
    return 1
}

# One at a time. Who waited finds what the other made.
download_release() {
    local mirror work suite version installed known found=()
    set -e # which a command substitution, as which this runs, does not take over
    command -v apt-get >/dev/null || fail "$unavailable" "other versions of RabbitMQ come from Debian's archive, which needs apt-get"
    [[ -r $debian_keyring ]] || require_packages debian-archive-keyring
    mirror=$(debian_mirror)
    mkdir -p "$release_cache"
    chmod go= "$release_cache"
    exec 9>"$release_cache/lock"
    flock --nonblock 9 || { say "waiting for another download into $release_cache" && flock 9; }
    if cached_release; then return; fi
    work=$release_cache/half installed=$(installed_release)
    for suite in "${candidates[@]}"; do
        # own_release knows about this one.
        [[ $suite != "${installed%%_*}" ]] || { found+=("${installed/_/ }") && continue; }
        rm -rf "$work"
        mkdir -p "$work"/{lists,archives}/partial "$work/root/usr"/{bin,sbin,lib,lib64}
        touch "$work/status"
        # Check-Valid-Until: a mirror may be a snapshot. Its signature is verified all the same.
        printf 'deb [signed-by=%s check-valid-until=no] %s %s main\n' "$debian_keyring" "$mirror" "$suite" >"$work/sources.list"
        say "asking $mirror which RabbitMQ Debian $suite has"
        apt_private get update >/dev/null
        version=$(apt_private cache madison rabbitmq-server | awk '{ print $3; exit }')
        found+=("$suite ${version:-none}")
        fits "$version" || continue
        unpack_release "$version" "$release_cache/${suite}_$version"
        echo "$release_cache/${suite}_$version"
        return
    done
    rm -rf "$work"
    known=$(printf '%s\n' "${found[@]}" | sed 's/-[^-]*$//' | paste --serial --delimiters , | sed 's/,/, /g')
    fail "$unavailable" "no RabbitMQ ${wanted:-at all} in Debian; there are: $known"
}

# fits VERSION : of a package, as 4.0.5-6+deb13u2.
fits() { [[ $1 && $(upstream "$1"). == "${wanted:+$wanted.}"* ]]; }

upstream() { sed -E 's/^[0-9]+://; s/-[^-]*$//; s/[+~].*//' <<<"$1"; }

# unpack_release VERSION DIRECTORY : no package's script runs, so this needs no root; what RabbitMQ needs of a release is all below /usr.
unpack_release() {
    local package top
    say "downloading RabbitMQ $1 and all it needs of Debian $suite into $release_cache"
    apt_private get install --yes --no-install-recommends --download-only '?essential' rabbitmq-server >/dev/null
    # The packages of a release before trixie have files in /bin and /lib themselves.
    for top in bin sbin lib lib64; do ln -s "usr/$top" "$work/root/$top"; done
    for package in "$work"/archives/*.deb; do
        dpkg-deb --fsys-tarfile "$package" | tar --extract --directory "$work/root" --keep-directory-symlink --no-same-owner \
            --exclude='./etc' --exclude='./var' --exclude='./usr/share/doc' --exclude='./usr/share/man' --exclude='./usr/share/locale' ||
            fail "$unavailable" "$package cannot be unpacked"
    done
    [[ -x $work/root/usr/lib/rabbitmq/bin/rabbitmq-server ]] || fail "$unavailable" "the packages in $work/archives hold no RabbitMQ"
    # Nobody keeps these up to date.
    find "$work/root/usr" -type f -perm /6000 -exec chmod a-s {} +
    # All at once: a directory with this name is whole.
    find "$work/root" -mindepth 1 -maxdepth 1 ! -name usr -exec rm -rf {} +
    mv "$work/root" "$2"
    rm -rf "$work"
}

# apt_private get|cache ARGUMENT… : apt with lists, packages and sources of its own. How the machine reaches mirrors (a proxy) stays in force; what
# would let unsigned lists pass does not.
apt_private() {
    local log=$work/apt.log
    "apt-$1" --quiet \
        --option Dir::State="$work" --option Dir::State::lists="$work/lists" --option Dir::State::status="$work/status" \
        --option Dir::Cache="$work" --option Dir::Cache::archives="$work/archives" \
        --option Dir::Etc::SourceList="$work/sources.list" --option Dir::Etc::SourceParts=- --option Dir::Etc::Preferences=- \
        --option Dir::Etc::PreferencesParts=- --option APT::Sandbox::User=root --option Acquire::Languages=none --option Acquire::Retries=3 \
        --option Acquire::AllowInsecureRepositories=false --option Acquire::AllowDowngradeToInsecureRepositories=false \
        --option APT::Get::AllowUnauthenticated=false --option APT::Update::Error-Mode=any --option Debug::NoLocking=true \
        "${@:2}" </dev/null 2>"$log" ||
        fail "$unavailable" "apt-$1 $2 failed with the mirror $mirror (DEBIAN_MIRROR names another): $(grep '^[EW]:' "$log" | head -n 5)"
}

# debian_mirror : DEBIAN_MIRROR, or where the machine's own packages come from.
debian_mirror() {
    local mirror=${DEBIAN_MIRROR:-}
    # shellcheck disable=SC2016 # apt's fields
    [[ $mirror ]] || mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Identifier: Packages' 'Component: main' 2>/dev/null |
        awk -v suite="$(machine_suite)" '$1 == suite || $1 ~ /^(stable|testing|unstable|sid)$/ { print $2; exit }')
    [[ $mirror ]] || fail "$unavailable" "apt's sources name no mirror of Debian to get another RabbitMQ from; please set DEBIAN_MIRROR to one"
    echo "$mirror"
}

# Nothing if none is installed.
installed_release() {
    dpkg-query --show --showformat "\${db:Status-Status} $(machine_suite)_\${Version}\n" rabbitmq-server 2>/dev/null | sed -n 's/^installed //p'
}

machine_suite() { sed -n 's/^VERSION_CODENAME=//p' /etc/os-release 2>/dev/null; }

# in_usr_of USR : sets with_usr to what a command is put behind, so that it finds that directory as /usr. All else is the machine's: its process
# number, loopback and files. It alone sees the mount, which ends with it.
in_usr_of() {
    local own=()
    ((EUID == 0)) || own=(--user --map-root-user)
    # shellcheck disable=SC2016,SC2034 # the inner shell's variables; with_usr is the caller's
    with_usr=(unshare "${own[@]}" --mount sh -c 'mount --bind "$0" /usr && exec "$@"' "$1")
}
