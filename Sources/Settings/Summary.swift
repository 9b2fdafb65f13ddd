extension Settings {
    /// What the settings amount to, a line each, as `warren check` prints it. Holds no secret.
    public var summary: [String] {
        let deadLetters = deadLetter.enabled ? "parked in <queue>\(deadLetter.suffix)" : "rejected to each queue's own dead-letter exchange"
        return [
            "RabbitMQ: \(rabbitmq.endpoints.map { $0.summary(rabbitmq) }.joined(separator: ", "))",
            "ArangoDB: \(arangodb.endpoints.joined(separator: ", ")), database \(arangodb.database), \(arangodb.identity)",
            "Messages that cannot be written: \(deadLetters)",
        ] + processors.map { "Processor \($0.name): \($0.summary)" } + disabled.map { "Processor \($0): switched off (enabled = false)" }
    }
}

extension BrokerEndpoint {
    fileprivate func summary(_ defaults: RabbitMQSettings) -> String {
        let host = host.contains(":") ? "[\(host)]" : host
        return "\(usesTLS ? "amqps" : "amqp")://\(host):\(port) as \(username ?? defaults.username), vhost \(vhost ?? defaults.vhost)"
    }
}

extension ArangoDBSettings {
    fileprivate var identity: String {
        bearer == nil ? "\(authentication) as \(username)\(token == nil ? "" : ", with an access token")" : "with a token"
    }
}

extension ProcessorSettings {
    fileprivate var summary: String {
        let how = operation == .invalidate ? "invalidate (\(onInvalidate))" : "\(operation)"
        let protection = version.map { "version \($0) in \(versionAttribute)" } ?? "no version, the last write wins"
        let edges = edges.map { ", edges \($0.summary)" }.joined()
        let source = queue + (partitions.map { " in \($0) partitions" } ?? "")
        let emit = emit.map { ", then \($0.body) → exchange \($0.exchange), routing key \($0.routingKey)" } ?? ""
        return "\(source) → \(how) → \(collection), key \(key), \(protection)\(edges)\(emit)"
    }
}

extension EdgeSettings {
    fileprivate var summary: String { "\(each) → \(collection) \(direction == .out ? "to" : "from") \(otherCollection)" }
}
