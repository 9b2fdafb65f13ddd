#!/usr/bin/env bash
# Whether the scripts that build name an architecture: dpkg and the compiler know which one it is. Status 1, with the lines, if one does.
set -euo pipefail

# shellcheck source=packaging/lib/say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"

# What may: this file, the default of packaging/cross-check, and a setting of valgrind's that other processors do not know.
cd "$repository"
found=$(git grep --line-number --extended-regexp --word-regexp 'amd64|x86[_-]64|i386|aarch64|arm64|armhf|riscv64|ppc64el|s390x' -- \
    packaging .ci Package.swift README.md .github ':!packaging/lib/architectures.sh' ':!packaging/cross-check' ':!packaging/README.md' \
    ':!packaging/debian/changelog' ':!packaging/doc/versions.md' ':!packaging/lib/drivers' || true)
[[ -z $found ]] || fail 1 "names of architectures; dpkg --print-architecture, dpkg-architecture and swift -print-target-info tell them:
$found"
