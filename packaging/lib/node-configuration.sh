# Sourced by packaging/rabbitmq: the configuration of a node whose identity is loaded.
# shellcheck shell=bash
# shellcheck disable=SC2154 # ports and members are of the identity

# write_configuration DIR
write_configuration() {
    local directory=$1 member number=0
    mkdir -p "$directory"/{conf.d,data,log}
    : >"$directory/rabbitmq-env.conf"
    printf '[].\n' >"$directory/advanced.config"
    # The management plugin makes each node slower to start, and counts what passes through it.
    printf '[rabbitmq_consistent_hash_exchange, rabbitmq_sharding%s].\n' "${management_port:+, rabbitmq_management}" >"$directory/enabled_plugins"
    {
        # Messages as large as RabbitMQ 3 takes by default: 4 takes 16 MiB, and what Warren itself refuses would not come to it.
        printf '%s = %s\n' \
            listeners.tcp.1 "127.0.0.1:$amqp_port" \
            max_message_size 134217728 \
            log.file.level info \
            disk_free_limit.absolute 64MB
        [[ -z $tls_port ]] || printf '%s = %s\n' \
            listeners.ssl.1 "127.0.0.1:$tls_port" \
            ssl_options.cacertfile "$directory/tls/ca.pem" \
            ssl_options.certfile "$directory/tls/server.pem" \
            ssl_options.keyfile "$directory/tls/server.key" \
            ssl_options.verify verify_peer \
            ssl_options.fail_if_no_peer_cert true
        [[ -z $management_port ]] || write_management "$directory"
        [[ -z $members ]] || printf '%s = %s\n' \
            cluster_partition_handling pause_minority \
            queue_leader_locator balanced \
            cluster_formation.peer_discovery_backend classic_config
        for member in $members; do
            number=$((number + 1))
            printf 'cluster_formation.classic_config.nodes.%s = %s\n' "$number" "$member"
        done
    } >"$directory/rabbitmq.conf"
}

# write_management DIR : where the management API listens, with TLS if the node has it.
write_management() {
    local listener=management.tcp
    [[ -z $tls_port ]] || listener=management.ssl
    printf '%s = %s\n' "$listener.ip" 127.0.0.1 "$listener.port" "$management_port"
    [[ -z $tls_port ]] || printf '%s = %s\n' \
        management.ssl.cacertfile "$1/tls/ca.pem" \
        management.ssl.certfile "$1/tls/server.pem" \
        management.ssl.keyfile "$1/tls/server.key" \
        management.ssl.verify verify_peer \
        management.ssl.fail_if_no_peer_cert true
}
