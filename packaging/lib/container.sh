# Sourced: a clean Debian, booted under systemd. `directory` is the caller's; the container's file system is at $directory/root.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"
# shellcheck source=packaging/lib/processes.sh
source "$(dirname "${BASH_SOURCE[0]}")/processes.sh"
# shellcheck source=packaging/lib/releases.sh
source "$(dirname "${BASH_SOURCE[0]}")/releases.sh"

# Which Debian is booted.
suite=bookworm

# clean_root : the same for every run, never booted itself. Remove it to get a newer one.
clean_root() { echo "$repository/.build/debian/$suite"; }

# make_clean_root : only of what the archive has signed.
make_clean_root() {
    local clean_root log=$directory/debootstrap.log mirror
    clean_root=$(clean_root)
    [[ ! -d $clean_root ]] || return 0
    require_packages debian-archive-keyring debootstrap
    mirror=$(debian_mirror)
    say "making a clean Debian $suite with debootstrap from $mirror; it is kept in $clean_root"
    mkdir -p "$(dirname "$clean_root")"
    rm -rf "$clean_root.new"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus --keyring="$debian_keyring" --force-check-gpg \
        "$suite" "$clean_root.new" "$mirror" >"$log" 2>&1 ||
        fail "$unavailable" "debootstrap failed with the mirror $mirror (DEBIAN_MIRROR names another): $(tail -n 5 "$log")"
    mv "$clean_root.new" "$clean_root"
}

# boot_container : network and loopback are those of this machine, so that servers here can be reached.
boot_container() {
    make_clean_root
    mkdir "$directory"/{root,upper,work}
    # Written to a layer of its own; where the kernel cannot do that, to a copy.
    mount -t overlay -o "lowerdir=$(clean_root),upperdir=$directory/upper,workdir=$directory/work" overlay "$directory/root" 2>/dev/null ||
        cp -a "$(clean_root)/." "$directory/root"
    begin "$directory" container systemd-nspawn --directory "$directory/root" --boot --register=no --keep-unit --machine="warren-$$" \
        --console=pipe
    wait_until 60 container_booted || fail 1 "Debian does not boot: $(tail -n 20 "$directory/container.log")"
}

# The first process in it; nothing while there is none.
container_leader() {
    local pid
    read -r pid _ <"$directory/container.pid"
    cat "/proc/$pid/task/$pid/children"
}

# inside COMMAND… : as root, with a login's environment. nsenter, because a container that nobody registered has no other door.
inside() {
    local leader
    leader=$(container_leader)
    nsenter --target "${leader% }" --mount --uts --ipc --net --pid --cgroup \
        env --ignore-environment PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=dumb LC_ALL=C.UTF-8 "$@"
}

container_booted() { [[ $(inside systemctl is-system-running 2>/dev/null) == @(running|degraded) ]]; }

# stop_container : shuts it down in order, and lets go of its file system.
stop_container() {
    [[ -d $directory/root ]] || return 0
    end "$directory" container TERM
    if mountpoint --quiet "$directory/root"; then umount "$directory/root"; fi
}
