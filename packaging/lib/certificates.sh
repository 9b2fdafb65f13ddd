# Sourced: certificates for a TLS listener on loopback.
# shellcheck shell=bash
# shellcheck source=packaging/lib/packages.sh
source "$(dirname "${BASH_SOURCE[0]}")/packages.sh"

# make_certificates DIR : ca.pem, server.pem/key and client.pem/key by that authority, and stranger.pem/key by none. Kept if they are there.
make_certificates() {
    require_packages openssl
    [[ ! -f $1/stranger.pem ]] || return 0
    mkdir -p "$1"
    issue "$1" ca 'Warren test authority' -x509 -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign'
    issue "$1" server localhost -x509 -CA "$1/ca.pem" -CAkey "$1/ca.key" -addext 'basicConstraints=critical,CA:FALSE' \
        -addext 'subjectAltName=DNS:localhost,IP:127.0.0.1'
    issue "$1" client warren -x509 -CA "$1/ca.pem" -CAkey "$1/ca.key" -addext 'basicConstraints=critical,CA:FALSE'
    issue "$1" stranger stranger -x509
}

# issue DIR NAME COMMON-NAME OPTION…  The configuration holds nothing: Debian's own would add extensions of its taste.
issue() {
    local directory=$1 name=$2 common_name=$3
    shift 3
    openssl req -batch -config <(printf '[req]\ndistinguished_name=name\n[name]\n') -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc \
        -days 30 -subj "/CN=$common_name" -keyout "$directory/$name.key" -out "$directory/$name.pem" "$@" 2>"$directory/openssl.log" ||
        fail 1 "openssl could not make $directory/$name.pem: $(cat "$directory/openssl.log")"
}
