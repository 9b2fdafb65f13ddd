// The keys of the sections. Ranges are those that the properties' comments tell.

extension SettingsDraft {
    /// The whole configuration.
    static var keys: [Key<SettingsDraft>] {
        [
            .table("rabbitmq", \.settings.rabbitmq, RabbitMQSettings.keys),
            .table("arangodb", \.settings.arangodb, ArangoDBSettings.keys),
            .table("retry", \.settings.retry, RetrySettings.keys),
            .table("batch", \.settings.batch, BatchSettings.keys),
            .table("verify", \.settings.verify, [Key("mode", \.self, .choice)]),
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
            .list("endpoints", \.endpoints, .brokerEndpoint),
            Key("endpoint_order", \.endpointOrder, .choice),
            Key("vhost", \.vhost, .text(bytes: 1...255)),
            Key("username", \.username, .text(bytes: 1...255)),
            Key("password", \.password, .secret),
            // 0 would mean "no limit" to AMQP: the bound on memory would be gone.
            Key("prefetch", \.prefetch, .integer(in: 1...65_535)),
            Key("hold", \.holdBytes, .size(in: 1 << 20...1 << 40)),
            Key("max_message", \.maxMessageBytes, .size(in: 1 << 10...512 << 20)),
            Key("heartbeat", \.heartbeat, .duration(in: .seconds(1) ... .seconds(3600), orZero: true, wholeSeconds: true)),
            Key("declare", \.declare, .flag),
            Key("management", \.management, .managementEndpoint),
            .table("tls", \.tls, TLSSettings.keys),
        ]
    }
}

extension ArangoDBSettings {
    static var keys: [Key<Self>] {
        [
            .list("endpoints", \.endpoints, .databaseEndpoint),
            Key("database", \.database, .databaseName),
            Key("username", \.username, .text(bytes: 1...255)),
            Key("password", \.password, .secret),
            Key("authentication", \.authentication, .choice),
            Key("wait_for_sync", \.waitForSync, .flag),
            Key("connections", \.connections, .integer(in: 1...64)),
            Key("timeout", \.timeout, .duration(in: .milliseconds(100) ... .seconds(600))),
            .table("tls", \.tls, TLSSettings.keys),
        ]
    }
}

extension TLSSettings {
    static var keys: [Key<Self>] {
        [
            Key("ca", \.ca, .text()),
            Key("certificate", \.certificate, .text()),
            Key("key", \.key, .text()),
            Key("verify", \.verify, .flag),
            Key("server_name", \.serverName, .text(bytes: 1...253)),
            Key("min_version", \.minVersion, .choice),
        ]
    }
}

extension RetrySettings {
    static var keys: [Key<Self>] {
        [
            Key("attempts", \.attempts, .integer(in: 1...1000)),
            Key("delay", \.delay, .duration(in: .zero ... .seconds(3600))),
            Key("backoff", \.backoff, .number(in: 1...10)),
            Key("jitter", \.jitter, .number(in: 0...1)),
        ]
    }
}

extension BatchSettings {
    static var keys: [Key<Self>] {
        [
            Key("documents", \.documents, .integer(in: 1...10_000)),
            Key("bytes", \.bytes, .size(in: 1 << 10...256 << 20)),
        ]
    }
}

extension DeadLetterSettings {
    static var keys: [Key<Self>] {
        [
            Key("enabled", \.enabled, .flag),
            Key("suffix", \.suffix, .text(bytes: 1...254)),
        ]
    }
}

extension ControlSettings {
    static var keys: [Key<Self>] {
        [
            Key("socket", \.socket, .socketPath),
            Key("group", \.group, .text(bytes: 1...32)),
            Key("mode", \.mode, .socketMode),
        ]
    }
}

extension LogSettings {
    static var keys: [Key<Self>] {
        [
            Key("level", \.level, .choice),
            Key("format", \.format, .choice),
        ]
    }
}

extension MetricsSettings {
    static var keys: [Key<Self>] {
        [
            Key("listen", \.listen, .listenAddress),
            .list("hosts", \.hosts, .hostName),
        ]
    }
}

extension GraphSettings {
    static var keys: [Key<Self>] { [Key("name", \.name, .graphName)] }
}

extension ServiceSettings {
    static var keys: [Key<Self>] {
        [Key("drain", \.drain, .duration(in: .zero ... .seconds(3600)))]
    }
}
