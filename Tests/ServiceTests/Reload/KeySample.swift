import Settings
import Testing

/// A key with two values that a configuration may have for it, and the lines that it takes besides.
struct KeySample: Sendable, CustomTestStringConvertible {
    /// Its path: `rabbitmq.vhost`; of a processor's key, `processor.queue`.
    let path: String
    let values: (old: String, new: String)
    /// Lines of the sections.
    var section = ""
    /// Lines of the processor `p`.
    var own = ""

    init(_ path: String, _ old: String, _ new: String, section: String = "", own: String = "") {
        (self.path, values, self.section, self.own) = (path, (old, new), section, own)
    }

    var testDescription: String { path }

    /// What a reload calls it: what is below `edges`, `emit` and `resync` changes with the whole of it.
    var name: String { isOfProcessor ? path.split(separator: ".").dropFirst().prefix(1).joined() : path }
    var isOfProcessor: Bool { path.hasPrefix("processor.") }

    /// The configuration with each of the values: processor `p`, and `inherits`, which takes from the sections what it can.
    func settings() throws -> (old: Settings, new: Settings) {
        (try settings(values.old), try settings(values.new))
    }

    private func settings(_ value: String) throws -> Settings {
        let names = path.split(separator: ".").map { String($0) }
        let sections = isOfProcessor ? section : "\(path) = \(value)\n\(section)"
        let line = isOfProcessor ? Self.line(names.dropFirst(), value) : ""
        let required = [("queue", "\"q\""), ("operation", "\"sync\""), ("collection", "\"c\""), ("key", "\"/id\"")]
        let rest = required.filter { key, _ in !(own + "\n" + line).split(separator: "\n").contains { $0.hasPrefix("\(key) =") } }
        let processors = """
            [[processor]]
            name = "inherits"
            queue = "other"
            operation = "sync"
            collection = "c"
            key = "/id"
            edges = [{ collection = "r", each = "/r", to = "/id" }]
            [[processor]]
            name = "p"
            \(rest.map { "\($0) = \($1)" }.joined(separator: "\n"))
            \(line.hasPrefix("[[") ? "\(own)\n\(line)" : "\(line)\n\(own)")
            """
        return try SettingsLoader.settings(from: [ConfigurationSource(name: "t.toml", text: "\(sections)\n\(processors)")])
    }

    /// In its table, with what the table must have.
    private static func line(_ names: ArraySlice<String>, _ value: String) -> String {
        guard names.count > 1, let table = names.first, let key = names.last else { return "\(names.joined()) = \(value)" }
        let required: [(String, String)] =
            switch table {
            case "edges":
                [("collection", "\"r\""), ("each", "\"/r\"")] + (key.hasPrefix("from") ? [("from", "\"/f\"")] : [("to", "\"/t\"")])
            case "emit": [("exchange", "\"e\""), ("routing_key", "\"k\"")]
            default: []
            }
        let members = (required.filter { $0.0 != key } + [(key, value)]).map { "\($0) = \($1)" }.joined(separator: ", ")
        return table == "edges" ? "edges = [{ \(members) }]" : "\(table) = { \(members) }"
    }
}

extension KeySample {
    /// One for each key there is.
    static let all: [KeySample] =
        [
            KeySample("rabbitmq.endpoints", "[\"amqp://a\"]", "[\"amqp://b\"]"),
            KeySample("rabbitmq.endpoint_order", "\"shuffled\"", "\"listed\""),
            KeySample("rabbitmq.vhost", "\"/\"", "\"v\""),
            KeySample("rabbitmq.username", "\"a\"", "\"b\""),
            KeySample("rabbitmq.password", "\"a\"", "\"b\""),
            KeySample("rabbitmq.prefetch", "10", "11", own: "prefetch = 5"),
            KeySample("rabbitmq.hold", "\"1MiB\"", "\"2MiB\""),
            KeySample("rabbitmq.max_message", "\"1MiB\"", "\"2MiB\""),
            KeySample("rabbitmq.heartbeat", "\"10s\"", "\"20s\""),
            KeySample("rabbitmq.declare", "false", "true"),
            KeySample("rabbitmq.management", "\"http://127.0.0.1:1\"", "\"http://127.0.0.1:2\""),
            KeySample("arangodb.endpoints", "[\"http://a:1\"]", "[\"http://b:1\"]"),
            KeySample("arangodb.database", "\"a\"", "\"b\""),
            KeySample("arangodb.username", "\"a\"", "\"b\""),
            KeySample("arangodb.password", "\"a\"", "\"b\""),
            KeySample("arangodb.authentication", "\"basic\"", "\"jwt\""),
            KeySample("arangodb.version_guard", "\"probe\"", "\"assume\""),
            KeySample("arangodb.wait_for_sync", "false", "true"),
            KeySample("arangodb.connections", "3", "4"),
            KeySample("arangodb.timeout", "\"3s\"", "\"4s\""),
            KeySample("retry.attempts", "3", "4"),
            KeySample("retry.delay", "\"3s\"", "\"4s\""),
            KeySample("retry.backoff", "1.5", "2.0"),
            KeySample("retry.jitter", "0.1", "0.2"),
            KeySample("batch.documents", "3", "4"),
            KeySample("batch.bytes", "\"1MiB\"", "\"2MiB\""),
            KeySample("verify.mode", "\"doubt\"", "\"always\"", own: "verify = \"off\""),
            KeySample("dead_letter.enabled", "true", "false"),
            KeySample("dead_letter.suffix", "\".a\"", "\".b\""),
            KeySample("control.socket", "\"/a\"", "\"/b\""),
            KeySample("control.group", "\"a\"", "\"b\""),
            KeySample("control.mode", "\"0600\"", "\"0660\""),
            KeySample("log.level", "\"info\"", "\"debug\""),
            KeySample("log.format", "\"text\"", "\"json\""),
            KeySample("metrics.listen", "\"127.0.0.1:1\"", "\"127.0.0.1:2\""),
            KeySample("metrics.hosts", "[\"a\"]", "[\"b\"]", section: "metrics.listen = \"127.0.0.1:1\""),
            KeySample("service.drain", "\"1s\"", "\"2s\""),
            KeySample("graph.name", "\"a\"", "\"b\""),
        ]
        + ["rabbitmq", "arangodb"].flatMap { server in
            [
                KeySample("\(server).tls.ca", "\"/a\"", "\"/b\""),
                KeySample("\(server).tls.certificate", "\"/a\"", "\"/b\"", section: "\(server).tls.key = \"/k\""),
                KeySample("\(server).tls.key", "\"/a\"", "\"/b\"", section: "\(server).tls.certificate = \"/c\""),
                KeySample("\(server).tls.verify", "true", "false"),
                KeySample("\(server).tls.server_name", "\"a\"", "\"b\""),
                KeySample("\(server).tls.min_version", "\"1.2\"", "\"1.3\""),
            ]
        } + [
            KeySample("processor.queue", "\"a\"", "\"b\""),
            KeySample("processor.operation", "\"update\"", "\"sync\""),
            KeySample("processor.collection", "\"a\"", "\"b\""),
            KeySample("processor.envelope", "\"plain\"", "\"cloudevents\""),
            KeySample("processor.key", "\"/a\"", "\"/b\""),
            KeySample("processor.version", "\"/a\"", "\"/b\""),
            KeySample("processor.document", "\"/a\"", "\"/b\""),
            KeySample("processor.version_attribute", "\"a\"", "\"b\"", own: "version = \"/v\""),
            KeySample("processor.mark", "\"a\"", "\"b\"", own: "operation = \"invalidate\""),
            KeySample("processor.on_invalidate", "\"mark\"", "\"expire\"", own: "operation = \"invalidate\""),
            KeySample("processor.expire_after", "\"1d\"", "\"2d\"", own: "operation = \"invalidate\"\non_invalidate = \"expire\""),
            KeySample("processor.map", "{ a = \"/a\" }", "{ a = \"/b\" }"),
            KeySample("processor.set", "{ a = 1 }", "{ a = 2 }"),
            KeySample("processor.prefetch", "3", "4"),
            KeySample("processor.rate", "\"500/s\"", "\"30/min\""),
            KeySample("processor.retry", "{ attempts = 3 }", "{ attempts = 4 }"),
            KeySample("processor.verify", "\"off\"", "\"always\""),
            KeySample("processor.conflate", "false", "true"),
            KeySample("processor.edges", "\"keep\"", "\"mark\"", own: "operation = \"invalidate\""),
            KeySample("processor.edges.collection", "\"r\"", "\"s\""),
            KeySample("processor.edges.each", "\"/a\"", "\"/b\""),
            KeySample("processor.edges.to", "\"/a\"", "\"/b\""),
            KeySample("processor.edges.to_collection", "\"a\"", "\"b\""),
            KeySample("processor.edges.from", "\"/a\"", "\"/b\""),
            KeySample("processor.edges.from_collection", "\"a\"", "\"b\""),
            KeySample("processor.edges.key", "[\"/a\"]", "[\"/b\"]"),
            KeySample("processor.edges.map", "{ a = \"/a\" }", "{ a = \"/b\" }"),
            KeySample("processor.edges.set", "{ a = 1 }", "{ a = 2 }"),
            KeySample("processor.edges.missing_vertex", "\"allow\"", "\"placeholder\""),
            KeySample("processor.stamp", "\"a\"", "\"b\"", own: "edges = [{ collection = \"r\", each = \"/r\", to = \"/id\" }]"),
            KeySample("processor.resync.missing", "\"mark\"", "\"remove\""),
            KeySample("processor.resync.max_removed", "1", "2"),
            KeySample("processor.resync.attribute", "\"a\"", "\"b\""),
            KeySample("processor.resync.scope", "{ a = 1 }", "{ a = 2 }"),
            KeySample("processor.emit.exchange", "\"a\"", "\"b\""),
            KeySample("processor.emit.routing_key", "\"a\"", "\"b\""),
            KeySample("processor.emit.body", "\"document\"", "\"event\""),
            KeySample("processor.emit.stale", "false", "true"),
            KeySample("processor.partitions", "2", "3"),
            KeySample("processor.partition_by", "\"routing-key\"", "\"message-id\"", own: "partitions = 2"),
            KeySample("processor.queue_type", "\"classic\"", "\"quorum\""),
            KeySample("processor.balance", "true", "false", own: "partitions = 2"),
        ]
}
