# Sourced: processes in the background that are ended exactly, by a later call of another script if need be.
# DIR/NAME.pid remembers them, DIR/NAME.log is what they say.
# shellcheck shell=bash
# shellcheck source=packaging/lib/say.sh
source "$(dirname "${BASH_SOURCE[0]}")/say.sh"

# begin DIR NAME COMMAND… : in a session of its own, so that Ctrl-C in the terminal spares it.
begin() {
    local directory=$1 name=$2
    shift 2
    setsid "$@" </dev/null >>"$directory/$name.log" 2>&1 &
    printf '%s %s\n' $! "$(start_time $!)" >"$directory/$name.pid"
}

# running DIR NAME : true while that process lives. Its start time guards against a number that was given away again.
running() {
    [[ -f $1/$2.pid ]] || return 1
    local pid started
    read -r pid started <"$1/$2.pid"
    [[ -n $started && $(start_time "$pid") == "$started" ]]
}

not_running() { ! running "$@"; }

# end DIR NAME SIGNAL : ends it, and waits until it is gone; what does not go within 30 seconds is killed.
end() {
    if running "$1" "$2"; then
        local pid
        read -r pid _ <"$1/$2.pid"
        kill "-$3" "$pid"
        wait_until 30 not_running "$1" "$2" || { say "$2 (pid $pid) did not end on SIG$3 and is killed" && kill -KILL "$pid"; }
        wait_until 5 not_running "$1" "$2" || say "$2 (pid $pid) does not even end on SIGKILL"
    fi
    rm -f "$1/$2.pid"
}

# start_time PID : field 22 of /proc/PID/stat, counted after the name, which may hold spaces. Nothing for the dead, zombies included.
start_time() {
    local stat
    stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    # shellcheck disable=SC2086 # the fields are the point
    set -- ${stat##*) }
    [[ $1 == Z ]] || printf '%s' "${20}"
}
