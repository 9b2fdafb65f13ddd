/// The `[rabbitmq]` section.
public struct RabbitMQSettings: Sendable, Equatable {
    /// Which endpoint is tried first.
    public enum EndpointOrder: String, Sendable, CaseIterable {
        /// Any of them, so that many instances spread over the nodes.
        case shuffled
        /// The first of the list, as long as it can be reached.
        case listed
    }

    /// `amqp://` or `amqps://` URIs, all tried, then round again with jittered backoff. At least one. A name that has several addresses means all of
    /// them.
    public var endpoints: [BrokerEndpoint] = [BrokerEndpoint(host: "127.0.0.1")]
    /// The order in which endpoints are tried. The addresses of one name are tried in any order.
    public var endpointOrder = EndpointOrder.shuffled
    /// Used where an endpoint's URI names none.
    @Exact public var vhost = "/"
    /// Used where an endpoint's URI names none.
    @Exact public var username = "guest"
    /// Used where an endpoint's URI names none.
    public var password = Secret("guest")
    /// Unacknowledged deliveries per processor: the bound on memory. 1…65535.
    public var prefetch: UInt16 = 1000
    /// Bytes held over all processors, bodies that came compressed as what they become; above it reading pauses (heartbeats continue). 1 MiB…1 TiB.
    public var holdBytes = 64 << 20
    /// Larger bodies are refused, before or after decompression. 1 KiB…512 MiB.
    public var maxMessageBytes = 16 << 20
    /// Silence after which both sides give the connection up, in whole seconds. 0 s switches it off; else 1 s…1 h.
    public var heartbeat: Duration = .seconds(30)
    /// True: missing queues are declared at start; otherwise `warren provision` does it.
    public var declare = false
    /// `http://` or `https://` URI of the management API, which `warren check --live` asks for what AMQP does not show; `nil` if it is not asked.
    @Exact public var management: String? = nil
    /// `[rabbitmq.tls]`, for `amqps` endpoints and the management API.
    public var tls = TLSSettings()

    /// The defaults.
    public init() {}
}

extension RabbitMQSettings {
    /// The password would go over the network to the management API for everybody to read.
    public var revealsPassword: Bool {
        guard let management, management.hasPrefix("http://") else { return false }
        // A numeric address, so that `127.0.0.1.example` is none.
        let host = management.dropFirst("http://".count).prefix { $0 != "/" }
        if host.hasPrefix("localhost:") || host.hasPrefix("[::1]:") { return false }
        return !host.hasPrefix("127.") || host.prefix { $0 != ":" }.contains { !$0.isNumber && $0 != "." }
    }
}

/// One RabbitMQ node, from its URI.
public struct BrokerEndpoint: Sendable, Equatable {
    /// True for `amqps`.
    public var usesTLS = false
    /// Name or address, without brackets.
    @Exact public var host: String
    /// 5672, or 5671 with TLS, unless the URI says otherwise.
    public var port: UInt16 = 5672
    /// From the URI; wins over `[rabbitmq] username`.
    @Exact public var username: String? = nil
    /// From the URI; wins over `[rabbitmq] password`.
    public var password: Secret?
    /// From the URI, percent-decoded; wins over `[rabbitmq] vhost`.
    @Exact public var vhost: String? = nil

    /// A node with default port and no credentials of its own.
    public init(host: String, port: UInt16 = 5672) {
        self.host = host
        self.port = port
    }
}
