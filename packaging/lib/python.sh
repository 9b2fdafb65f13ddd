# Sourced: tools from PyPI, in a place of their own.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# python_tools NAME==VERSION… : prints the Python that has them, in .build/python, or where `python_place` says.
python_tools() {
    local place=${python_place:-$repository/.build/python} log
    require_packages python3 python3-venv
    [[ -x $place/bin/python3 ]] || /usr/bin/python3 -m venv "$place"
    log=$(mktemp)
    "$place/bin/python3" -m pip install --quiet --disable-pip-version-check "$@" >"$log" 2>&1 ||
        fail "$unavailable" "pip cannot install $*: $(cat "$log")"
    rm "$log"
    echo "$place/bin/python3"
}
