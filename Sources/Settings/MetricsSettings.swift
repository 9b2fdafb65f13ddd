/// `[metrics]`: figures for Prometheus over TCP. The control socket serves them in any case.
public struct MetricsSettings: Sendable, Equatable {
    /// Address and port that serve `/metrics` and `/healthz` and nothing else, to every client that can reach them; `nil` for none.
    public var listen: ListenAddress?
    /// Names besides `localhost` and addresses by which a `listen` on loopback may be asked for, in the `Host` header. Others are refused (421): a
    /// page in a browser on this machine could let a name of its own resolve to 127.0.0.1, and read the figures. A `listen` elsewhere takes any name.
    public var hosts: [String] = []

    /// The defaults.
    public init() {}
}

/// Where to listen on TCP: a numeric address and a port.
public struct ListenAddress: Sendable, Equatable, CustomStringConvertible {
    /// An IPv4 address, or an IPv6 address without its brackets.
    public let host: String
    /// 1…65535.
    public let port: UInt16

    /// An address by its parts.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `127.0.0.1:9464` and `[::1]:9464`; `nil` for anything else. Names are refused, because their addresses may change.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
        let address = text[..<colon]
        if address.hasPrefix("["), address.hasSuffix("]") {
            let host = address.dropFirst().dropLast()
            guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else { return nil }
            self.init(host: String(host), port: port)
        } else {
            let parts = address.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 4, parts.allSatisfy({ UInt8($0) != nil }) else { return nil }
            self.init(host: String(address), port: port)
        }
    }

    /// As it is written in the configuration.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
