import Broker
import FaultProxy
import Glibc
import Settings
import Testing

@testable import Broker

/// The broker that the environment names: `packaging/rabbitmq` starts a private one, `packaging/test` always does.
enum PrivateNode {
    static let url = variable("AMQP_URL")
    static let isThere = url != nil
    static let hasTLS = variable("AMQPS_URL") != nil && variable("WARREN_TEST_TLS_DIR") != nil
    static let whyNot: Comment = "AMQP_URL names no RabbitMQ; `packaging/test` starts a private one"

    /// Settings for the node, with short heartbeats so that tests need not wait long.
    static func settings(heartbeat: Duration = .seconds(10)) throws -> RabbitMQSettings {
        var settings = RabbitMQSettings()
        settings.endpoints = [try endpoint(of: #require(url))]
        settings.heartbeat = heartbeat
        return settings
    }

    /// A proxy before the node.
    static func proxy() throws -> FaultProxy { try FaultProxy(to: settings().endpoints[0].port) }

    /// Settings for the node behind a proxy.
    static func settings(through proxy: FaultProxy, heartbeat: Duration = .seconds(10)) throws -> RabbitMQSettings {
        var settings = try settings(heartbeat: heartbeat)
        settings.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: proxy.port)]
        return settings
    }

    /// What the node says that it is, such as `3.10.8`.
    static func version() async throws -> String {
        try #require(try await Topology.examine(sources: [], others: [], settings: settings()).version)
    }

    /// `scheme://host:port`, as the environment gives it.
    static func endpoint(of url: String) throws -> BrokerEndpoint {
        let scheme = try #require(url.range(of: "://"))
        let parts = url[scheme.upperBound...].split(separator: ":")
        var endpoint = BrokerEndpoint(host: String(parts[0]), port: try #require(UInt16(parts[1])))
        endpoint.usesTLS = url.hasPrefix("amqps")
        return endpoint
    }

    static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    /// A queue that only this test uses. It goes away by itself some time after its last consumer.
    static func queue(
        _ test: String = #function, arguments: [(name: String, value: HeaderValue)] = []
    ) async throws -> String {
        let name = "broker-tests.\(test.prefix { $0 != "(" }).\(UInt32.random(in: .min ... .max))"
        let declared = try await Topology.declare([declaration(name, arguments)], settings: settings())
        #expect(declared == [.created])
        return name
    }

    static func declaration(_ name: String, _ arguments: [(name: String, value: HeaderValue)] = []) -> QueueDeclaration {
        QueueDeclaration(name: name, arguments: arguments + [("x-expires", .integer(300_000))])
    }

    static func delete(_ queue: String) throws {
        let settings = try settings()
        let connection = try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1))
        try connection.letGo(of: queue, channel: 1)
        connection.closeAndWait()
    }

    static func depth(of queue: String) async throws -> QueueDepth? {
        guard case .present(let depth) = try await Topology.check([queue], settings: settings())[0] else { return nil }
        return depth
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        indices.lazy.compactMap { self[$0...].hasPrefix(text) ? $0..<self.index($0, offsetBy: text.count) : nil }.first
    }
}
