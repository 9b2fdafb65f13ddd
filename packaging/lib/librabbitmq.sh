# Sourced: Debian's librabbitmq, the version that is installed, built again from its source with AddressSanitizer.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# build_librabbitmq DIR : DIR/lib has librabbitmq.so.4 afterwards, with AddressSanitizer. By Swift's own clang, whose runtime is in each Swift program
# that is built with it.
build_librabbitmq() {
    local directory=$1 version
    version=$(dpkg-query --show --showformat '${Version}' librabbitmq4)
    [[ $(cat "$directory/version" 2>/dev/null) != "$version" ]] || return 0
    say "building librabbitmq $version with AddressSanitizer"
    require_packages cmake libssl-dev patch xz-utils
    rm -rf "$directory"
    mkdir -p "$directory/source" "$directory/tree"
    get_source librabbitmq "$version" "$directory"
    unpack_source "$directory/source" "$directory/tree"
    {
        cmake -S "$directory/tree" -B "$directory/build" -DCMAKE_C_COMPILER="$(clang_of_swift)" \
            -DCMAKE_BUILD_TYPE=None -DCMAKE_C_FLAGS="-O1 -g -fsanitize=address -fno-omit-frame-pointer" \
            -DBUILD_STATIC_LIBS=OFF -DBUILD_EXAMPLES=OFF -DBUILD_TOOLS=OFF -DBUILD_TESTS=OFF
        cmake --build "$directory/build"
    } >"$directory/log" 2>&1 || fail 1 "librabbitmq cannot be built: $(tail -n 20 "$directory/log")"
    mkdir "$directory/lib"
    cp --preserve=links "$directory"/build/librabbitmq/librabbitmq.so* "$directory/lib"
    sees_overflow "$directory" || fail 1 "this librabbitmq does not notice when it reads behind a buffer: $(tail -n 5 "$directory/log")"
    echo "$version" >"$directory/version"
}

# sees_overflow DIR : whether the library ends a program that has it decode a table of 60 bytes in a buffer of 4. Otherwise silence means nothing.
sees_overflow() {
    local directory=$1
    cat >"$directory/overflow.c" <<'TEXT'
#include <amqp.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    amqp_bytes_t encoded = {64, malloc(4)};
    amqp_pool_t pool;
    amqp_table_t table;
    size_t offset = 0;
    memcpy(encoded.bytes, "\0\0\0\074", 4);
    init_amqp_pool(&pool, 4096);
    return amqp_decode_table(encoded, &pool, &table, &offset) == 0;
}
TEXT
    "$(clang_of_swift)" -fsanitize=address -I"$directory/tree/librabbitmq" -I"$directory/build/librabbitmq" -o "$directory/overflow" "$directory/overflow.c" \
        -L"$directory/lib" -lrabbitmq >>"$directory/log" 2>&1 || return 1
    ! LD_LIBRARY_PATH=$directory/lib "$directory/overflow" >>"$directory/log" 2>&1 || return 1
    grep --quiet 'heap-buffer-overflow' "$directory/log" && grep --quiet 'in amqp_decode_table' "$directory/log"
}

clang_of_swift() { echo "$(dirname "$(realpath "$(command -v swift)")")/clang"; }

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
