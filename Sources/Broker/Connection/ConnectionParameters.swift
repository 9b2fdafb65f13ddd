internal import Settings

/// Where and how to log in: one endpoint, with the section's defaults filled in.
struct ConnectionParameters: Sendable {
    let endpoint: BrokerEndpoint
    /// Connected to instead of the endpoint's host, which is still the name that a certificate must have; nil: the host.
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
    /// Channels that will be used; the broker may allow fewer.
    let channels: Int

    /// How long the broker may leave what we send lying; nil: for two heartbeats, or ``longestSendTime``.
    let sendTime: Duration?

    /// What stands in the endpoint wins over the section.
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

    /// `host:port`, as errors and events name the place, with the address if there are several.
    var place: String {
        let host = endpoint.host.contains(":") ? "[\(endpoint.host)]:\(endpoint.port)" : "\(endpoint.host):\(endpoint.port)"
        return address.map { "\(host) (\($0))" } ?? host
    }

    /// The same for each address that the endpoint's host stands for, in the order in which to try them. Looks the name up, which may block.
    var targets: [ConnectionParameters] {
        resolver.targets(of: endpoint.host, usesTLS: endpoint.usesTLS).map { address in
            var target = self
            target.address = address
            return target
        }
    }

    /// So long a thread may stand still over a broker that does not read. Less than systemd's watchdog has patience (`WatchdogSec=30s`): a hung
    /// broker is no reason to end this process.
    static let longestSendTime: Duration = .seconds(20)

    /// ``sendTime`` in the kernel's unit. Two heartbeats are as long as librabbitmq itself waits for a sign of life.
    var sendMilliseconds: UInt32 {
        let heartbeats: Duration = .seconds(2 * Int(heartbeatSeconds))
        let time = sendTime ?? (heartbeats > .zero ? min(heartbeats, Self.longestSendTime) : Self.longestSendTime)
        return UInt32(clamping: time.components.seconds * 1000)
    }

    /// Whole seconds, as the protocol counts them; a shorter one than asked for would be a surprise.
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
