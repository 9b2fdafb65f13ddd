internal import Settings

/// Where and how to log in: one endpoint, completed by the `[rabbitmq]` section.
struct ConnectionParameters: Sendable {
    let endpoint: BrokerEndpoint
    /// The address to connect to; `nil` to connect to the endpoint's host. A certificate must be for the host in either case.
    private(set) var address: String?
    /// Finds the addresses of the endpoint's host.
    var resolver = Resolver.system
    let vhost: String
    let username: String
    let password: Secret
    let tls: TLSSettings
    let heartbeat: Duration
    /// Shown in the broker's management pages and logs.
    let name: String
    /// The number of channels to ask for. The broker may allow fewer.
    let channels: Int

    /// How long the broker may leave unread what Warren sends. `nil` for two heartbeat intervals, at most ``longestSendTime``.
    let sendTime: Duration?

    /// Values in the endpoint take precedence over the section.
    init(_ settings: RabbitMQSettings, endpoint: BrokerEndpoint, name: String, channels: Int, sendTime: Duration? = nil) {
        self.endpoint = endpoint
        vhost = endpoint.vhost ?? settings.vhost
        username = endpoint.username ?? settings.username
        password = endpoint.password ?? settings.password
        tls = settings.tls
        heartbeat = settings.heartbeat
        self.name = name
        self.channels = channels
        self.sendTime = sendTime
    }

    /// `host:port` for errors and events, with the address if the host has several.
    var destination: String {
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]:\(endpoint.port)" : "\(endpoint.host):\(endpoint.port)"
        return address.map { "\(host) (\($0))" } ?? host
    }

    /// The same parameters for each address of the endpoint's host, in the order in which to try them. Looks the name up, which may block.
    var targets: [ConnectionParameters] {
        resolver.targets(of: endpoint.host, usesTLS: endpoint.usesTLS).map { address in
            var target = self
            target.address = address
            return target
        }
    }

    /// How long a broker that does not read may block a thread. Less than systemd's watchdog waits (`WatchdogSec=30s`): a hung broker is no reason to
    /// end this process.
    static let longestSendTime: Duration = .seconds(20)

    /// ``sendTime`` in milliseconds, the kernel's unit. Two heartbeat intervals, because either side may then give up a silent connection.
    var sendMilliseconds: UInt32 {
        let heartbeats: Duration = .seconds(2 * Int(heartbeatSeconds))
        let time = sendTime ?? (heartbeats > .zero ? min(heartbeats, Self.longestSendTime) : Self.longestSendTime)
        return UInt32(clamping: time.components.seconds * 1000)
    }

    /// Whole seconds, the protocol's unit. Rounded up, so that the interval is never shorter than configured.
    var heartbeatSeconds: Int32 {
        let (seconds, rest) = heartbeat.components
        return Int32(clamping: rest > 0 ? seconds + 1 : seconds)
    }
}

extension RabbitMQSettings.EndpointOrder {
    /// Puts endpoints into this order, for one round.
    var arrange: @Sendable ([Int]) -> [Int] {
        switch self {
        case .listed: { $0 }
        case .shuffled: { $0.shuffled() }
        }
    }
}
