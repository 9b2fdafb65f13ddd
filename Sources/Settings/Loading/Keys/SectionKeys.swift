// The keys of the sections. Ranges are those in the properties' comments.

extension SettingsDraft {
    /// The whole configuration.
    static var keys: [Key<SettingsDraft>] {
        [
            .table("rabbitmq", \.settings.rabbitmq, RabbitMQSettings.keys),
            .table("arangodb", \.settings.arangodb, ArangoDBSettings.keys),
            .table("retry", \.settings.retry, RetrySettings.keys),
            .table("batch", \.settings.batch, BatchSettings.keys),
            .table("verify", \.settings.verify, [Key("mode", \.self, .choice, reload: .inheritingProcessors)]),
            .table("dead_letter", \.settings.deadLetter, DeadLetterSettings.keys),
            .table("control", \.settings.control, ControlSettings.keys),
            .table("log", \.settings.log, LogSettings.keys),
            .table("metrics", \.settings.metrics, MetricsSettings.keys),
            .table("service", \.settings.service, ServiceSettings.keys),
            .processors,
            .table("graph", \.settings.graph, GraphSettings.keys),
        ]
    }
}

extension RabbitMQSettings {
    static var keys: [Key<Self>] {
        [
            .list("endpoints", \.endpoints, .brokerEndpoint, reload: .brokerConnection),
            Key("endpoint_order", \.endpointOrder, .choice, reload: .brokerConnection),
            Key("vhost", \.vhost, .text(bytes: 1...255), reload: .brokerConnection),
            Key("username", \.username, .text(bytes: 1...255), reload: .brokerConnection),
            Key("password", \.password, .secret, reload: .brokerConnection),
            // 0 would mean "no limit" to AMQP: the bound on memory would be gone.
            Key("prefetch", \.prefetch, .integer(in: 1...65_535), reload: .inheritingProcessors),
            Key("hold", \.holdBytes, .size(in: 1 << 20...1 << 40), reload: .live),
            Key("max_message", \.maxMessageBytes, .size(in: 1 << 10...512 << 20), reload: .live),
            Key(
                "heartbeat", \.heartbeat, .duration(in: .seconds(1) ... .seconds(3600), orZero: true, wholeSeconds: true),
                reload: .brokerConnection),
            Key("declare", \.declare, .flag, reload: .live),
            Key("management", \.management, .managementEndpoint, reload: .live),
            .table("tls", \.tls, TLSSettings.keys(reload: .brokerConnection)),
        ]
    }
}

extension ArangoDBSettings {
    static var keys: [Key<Self>] {
        [
            .list("endpoints", \.endpoints, .databaseEndpoint, reload: .databaseConnection),
            Key("database", \.database, .databaseName, reload: .databaseConnection),
            Key("username", \.username, .text(bytes: 1...255), reload: .databaseConnection),
            Key("password", \.password, .secret, reload: .databaseConnection),
            Key("authentication", \.authentication, .choice, reload: .databaseConnection),
            Key("version_guard", \.versionGuard, .choice, reload: .databaseConnection),
            Key("wait_for_sync", \.waitForSync, .flag, reload: .databaseConnection),
            Key("connections", \.connections, .integer(in: 1...64), reload: .databaseConnection),
            Key("timeout", \.timeout, .duration(in: .milliseconds(100) ... .seconds(600)), reload: .databaseConnection),
            .table("tls", \.tls, TLSSettings.keys(reload: .databaseConnection)),
        ]
    }
}

extension TLSSettings {
    /// For the server whose connections `reload` replaces.
    static func keys(reload: ReloadEffect) -> [Key<Self>] {
        [
            Key("ca", \.ca, .text(), reload: reload),
            Key("certificate", \.certificate, .text(), reload: reload),
            Key("key", \.key, .text(), reload: reload),
            Key("verify", \.verify, .flag, reload: reload),
            Key("server_name", \.serverName, .text(bytes: 1...253), reload: reload),
            Key("min_version", \.minVersion, .choice, reload: reload),
        ]
    }
}

extension RetrySettings {
    static var keys: [Key<Self>] {
        [
            Key("attempts", \.attempts, .integer(in: 1...1000), reload: .live),
            Key("delay", \.delay, .duration(in: .zero ... .seconds(3600)), reload: .live),
            Key("backoff", \.backoff, .number(in: 1...10), reload: .live),
            Key("jitter", \.jitter, .number(in: 0...1), reload: .live),
        ]
    }
}

extension BatchSettings {
    static var keys: [Key<Self>] {
        [
            Key("documents", \.documents, .integer(in: 1...10_000), reload: .live),
            Key("bytes", \.bytes, .size(in: 1 << 10...256 << 20), reload: .live),
        ]
    }
}

extension DeadLetterSettings {
    static var keys: [Key<Self>] {
        [
            Key("enabled", \.enabled, .flag, reload: .processor),
            Key("suffix", \.suffix, .text(bytes: 1...254), reload: .live),
        ]
    }
}

extension ControlSettings {
    static var keys: [Key<Self>] {
        [
            Key("socket", \.socket, .socketPath, reload: .restart),
            Key("group", \.group, .text(bytes: 1...32), reload: .restart),
            Key("mode", \.mode, .socketMode, reload: .restart),
        ]
    }
}

extension LogSettings {
    static var keys: [Key<Self>] {
        [
            Key("level", \.level, .choice, reload: .live),
            Key("format", \.format, .choice, reload: .restart),
        ]
    }
}

extension MetricsSettings {
    static var keys: [Key<Self>] {
        [
            Key("listen", \.listen, .listenAddress, reload: .restart),
            .list("hosts", \.hosts, .hostName, reload: .restart),
        ]
    }
}

extension GraphSettings {
    static var keys: [Key<Self>] { [Key("name", \.name, .graphName, reload: .live)] }
}

extension ServiceSettings {
    static var keys: [Key<Self>] {
        [Key("drain", \.drain, .duration(in: .zero ... .seconds(3600)), reload: .live)]
    }
}
