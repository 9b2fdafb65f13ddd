# Sourced: the package of the version before, built once of the commit that it was, and kept in .build/earlier.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

earlier_version=0.1.0
earlier_commit=697d1a68bf675b788741abc51b8fecf7d0c70d79

# earlier_package : its path, on the last line. The first time takes as long as a build of everything; a package that is there already is taken as it is.
earlier_package() {
    local kept=$repository/.build/earlier package
    package=$kept/warren_${earlier_version}_$(dpkg --print-architecture).deb
    [[ -f $package ]] || build_earlier "$kept" "$package"
    echo "$package"
}

# build_earlier DIRECTORY PACKAGE : from an export, which is a tree of its own: nothing of it gets into the build of the work tree, or the other way round.
# What it says is about two versions at once, so it goes to a log.
build_earlier() {
    local kept=$1 package=$2 source=$1/source log=$1/build.log
    require_packages git
    git -C "$repository" cat-file -e "$earlier_commit^{commit}" 2>/dev/null ||
        fail "$unavailable" "this clone does not hold commit ${earlier_commit::7}, which was version $earlier_version: git fetch --unshallow gets it;
  or put that version's package at $package"
    say "building the package of $earlier_version from commit ${earlier_commit::7}; it is kept in $kept"
    rm -rf "$source"
    mkdir -p "$source"
    git -C "$repository" archive "$earlier_commit" | tar --extract --directory "$source"
    (cd "$source" && nice -n 5 packaging/build-deb --output "$kept/new") >"$log" 2>&1 ||
        fail 1 "version $earlier_version cannot be built: $(tail -n 20 "$log")"
    # All at once: a package with this name is whole.
    mv "$kept/new/${package##*/}" "$package"
    rm -rf "$source" "$kept/new"
}
