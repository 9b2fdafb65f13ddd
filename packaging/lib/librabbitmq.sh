# Sourced: Debian's librabbitmq, the version that is installed, built again from its source with a sanitizer.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# build_librabbitmq SANITIZER DIR : DIR/lib has librabbitmq.so.4 afterwards. With Swift's own clang, whose runtime is in each Swift program that is
# built with the same sanitizer.
build_librabbitmq() {
    local sanitizer=$1 directory=$2 version
    version=$(dpkg-query --show --showformat '${Version}' librabbitmq4)
    [[ $(cat "$directory/version" 2>/dev/null) != "$version" ]] || return 0
    say "building librabbitmq $version with -fsanitize=$sanitizer"
    require_packages cmake libssl-dev patch xz-utils
    rm -rf "$directory"
    mkdir -p "$directory/source" "$directory/tree"
    get_source librabbitmq "$version" "$directory"
    unpack_source "$directory/source" "$directory/tree"
    {
        cmake -S "$directory/tree" -B "$directory/build" -DCMAKE_C_COMPILER="$(dirname "$(realpath "$(command -v swift)")")/clang" \
            -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="-O1 -g -fsanitize=$sanitizer -fno-omit-frame-pointer" \
            -DBUILD_STATIC_LIBS=OFF -DBUILD_EXAMPLES=OFF -DBUILD_TOOLS=OFF -DBUILD_TESTS=OFF
        cmake --build "$directory/build"
    } >"$directory/log" 2>&1 || fail 1 "librabbitmq cannot be built: $(tail -n 20 "$directory/log")"
    mkdir "$directory/lib"
    cp --preserve=links "$directory"/build/librabbitmq/librabbitmq.so* "$directory/lib"
    echo "$version" >"$directory/version"
}

# get_source NAME VERSION DIR : its files, into DIR/source. apt has a configuration of its own for it, in which the machine's sources are asked for source
# packages as well; it looks at the signature of their lists and at the hash of each file as ever. A mirror need not have the .dsc: it is not used.
get_source() {
    local name=$1 version=$2 directory=$3 options
    mkdir -p "$directory"/apt/{parts,lists/partial}
    # Only what Debian publishes: other archives of this machine have no business here.
    cat >"$directory/apt/parts/debian.sources" <<TEXT
Types: deb-src
URIs: http://deb.debian.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb-src
URIs: http://deb.debian.org/debian-security
Suites: bookworm-security
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
TEXT
    options=(-o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$directory/apt/parts" -o "Dir::State::Lists=$directory/apt/lists"
        -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o APT::Sandbox::User=root)
    apt-get "${options[@]}" update >"$directory/log" 2>&1 || fail "$unavailable" "apt-get update: $(tail -n 5 "$directory/log")"
    # Another revision may have the upstream archive where this one's is missing; it is the same file, with the same hash.
    (
        cd "$directory/source"
        apt-get "${options[@]}" source --download-only "$name=$version" || apt-get "${options[@]}" source --download-only "$name"/bookworm
    ) >>"$directory/log" 2>&1 || true
    find "$directory/source" -name "*_$version.debian.tar.*" | grep --quiet . || fail "$unavailable" "there is no source of $name $version: $(tail -n 5 "$directory/log")"
    find "$directory/source" -name '*.debian.tar.*' ! -name "*_$version.debian.tar.*" -delete
}

# unpack_source FROM TO : with Debian's patches.
unpack_source() {
    local name
    tar --extract --file "$(find "$1" -name '*.orig.tar.*')" --directory "$2" --strip-components 1
    tar --extract --file "$(find "$1" -name '*.debian.tar.*')" --directory "$2"
    while read -r name; do
        [[ -z $name || $name == \#* ]] || patch --directory "$2" --strip 1 --silent <"$2/debian/patches/$name"
    done <"$2/debian/patches/series"
}
