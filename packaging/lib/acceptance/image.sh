# Sourced by packaging/acceptance: the files of packaging/build-image, run as a container runs them: process 1 of a file system that has nothing else,
# read-only but for two directories, as a user without capabilities. No runtime of containers is needed for that.
# shellcheck shell=bash disable=SC2016,SC2119,SC2120,SC2154

check_image() {
    local status=none
    say "a container image"
    prepare_image
    check 'the image holds the program, certificates, a user, a configuration, licences and the bill of materials' image_holds
    check 'the same package gives the same bytes' image_is_the_same
    start_image
    check 'with passwords from files, as process 1 and a user without capabilities, it consumes and stores' image_works
    check 'its log is JSON, a line each' image_logs
    check 'its health check succeeds while it consumes, and pauses can be told to it' image_is_healthy
    ! running "$directory" image || stop_image
    check 'SIGTERM ends it in order' equal "$status" 0 'its exit status'
    check 'its health check fails where it does not run' image_is_unhealthy
}

instruction() { sed -n "s/^$1 //p" "$directory/image/Containerfile"; }
words() { python3 -c 'import json, sys; print(*json.load(sys.stdin))'; }

# What the recipe says is what is run: `image_user`, `image_environment`, `entrypoint` and `healthcheck`.
prepare_image() {
    local root=$directory/image-root
    inside systemctl stop warren
    packaging/build-image --no-build --output "$directory/image" "$package"
    mkdir "$root" "$directory/image-state"
    tar --extract --directory "$root" --file "$directory/image/root.tar" --numeric-owner --same-owner --same-permissions
    image_user=$(instruction USER)
    mapfile -t image_environment < <(instruction ENV)
    read -ra entrypoint <<<"$(instruction ENTRYPOINT | words) $(instruction CMD | words)"
    read -ra healthcheck <<<"$(instruction HEALTHCHECK | sed 's/.* CMD //' | words)"
    chown "$image_user" "$directory/image-state"
    install --mode 0400 --owner "${image_user%:*}" /dev/stdin "$root/run/secrets/rabbitmq.password" <<<secret
    install --mode 0644 etc/examples/processors.toml "$root/etc/warren/conf.d"
    cat >"$root/etc/warren/conf.d/servers.toml" <<TOML
[rabbitmq]
endpoints = ["$AMQP_URL"]
username  = "warren"

[arangodb]
endpoints = ["$ARANGODB_URL"]
TOML
}

image_holds() {
    local found expected=(etc/group etc/passwd etc/ssl/certs/ca-certificates.crt etc/warren/warren.toml usr/bin/warren
        usr/share/doc/warren/copyright usr/share/doc/warren/static/ usr/share/sbom/warren.cdx.json)
    found=$(tar --list --file "$directory/image/root.tar" | sed -e 's|^\./||' -e '/\/$/d' -e 's|\(/static/\).*|\1|' | LC_ALL=C sort --unique | xargs)
    equal "$found" "${expected[*]}" 'what is in the image'
    grep --quiet 'BEGIN CERTIFICATE' "$directory/image-root/etc/ssl/certs/ca-certificates.crt"
    equal "$(stat --format %u:%g:%a "$directory/image-root/var/lib/warren")" "$image_user:700" 'the state directory'
    equal "$(find "$directory/image-root" ! -user 0 ! -path "*/run/*" ! -path '*/var/lib/warren')" '' 'what does not belong to root'
}

image_is_the_same() {
    packaging/build-image --no-build --output "$directory/image-again" "$package"
    cmp "$directory/image/root.tar" "$directory/image-again/root.tar"
}

# in_image COMMAND… : sets `command` to what runs it in namespaces of its own, which end with it.
in_image() {
    command=(env --ignore-environment PATH="$PATH" "${image_environment[@]}" unshare --mount --pid --fork --kill-child sh -ec '
        root=$1 user=$2 state=$3
        shift 3
        mount --bind "$root" "$root"
        mount -t proc proc "$root/proc"
        mount -t tmpfs -o mode=1777 tmpfs "$root/run/warren"
        mount --bind "$state" "$root/var/lib/warren"
        mount -o remount,bind,ro "$root"
        exec chroot --userspec="$user" --groups= "$root" "$@"' - "$directory/image-root" "$image_user" "$directory/image-state" "$@")
}

start_image() {
    local command
    in_image "${entrypoint[@]}"
    begin "$directory" image "${command[@]}"
}

# Its number here; there it is 1.
image_pid() {
    local pid
    read -r pid _ <"$directory/image.pid"
    pid=$(cat "/proc/$pid/task/$pid/children")
    echo "${pid% }"
}

# Sets `status` to how it ends.
stop_image() {
    local pid
    read -r pid _ <"$directory/image.pid"
    status=0
    kill -TERM "$(image_pid)" || true
    wait_until 60 not_running "$directory" image || end "$directory" image KILL
    wait "$pid" || status=$?
}

# exec_in_image COMMAND… : beside the process that runs, as `podman exec` does.
exec_in_image() {
    env --ignore-environment PATH="$PATH" "${image_environment[@]}" nsenter --target "$(image_pid)" --mount --pid --root --wd=/ \
        --setuid "${image_user%:*}" --setgid "${image_user#*:}" "$@"
}

image_works() {
    local status
    await 20 consumes_all_queues
    status=$(cat "/proc/$(image_pid)/status")
    expect "$status" $'CapEff:\t0000000000000000' $'CapPrm:\t0000000000000000' $'Uid:\t'"${image_user%:*}"
    equal "$(sed -n 's/^NSpid:.*\t//p' <<<"$status")" 1 'its number in the container'
    messages_arrive
    # A root that is read-only, and a state directory that is not.
    not grep STATE_DIRECTORY <<<"$(exec_in_image /usr/bin/warren check 2>&1)"
    [[ -s $directory/image-state/suspect ]]
}

image_logs() { python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]; print("JSON")' <"$directory/image.log"; }

image_is_healthy() {
    expect "$(exec_in_image "${healthcheck[@]}")" healthy company-sync
    exec_in_image /usr/bin/warren pause company-sync
    exec_in_image /usr/bin/warren resume company-sync
}

image_is_unhealthy() {
    local command
    in_image "${healthcheck[@]}"
    not "${command[@]}"
}
