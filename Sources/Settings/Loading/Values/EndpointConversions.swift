internal import Formats

extension Conversion<BrokerEndpoint> {
    /// An `amqp://` or `amqps://` URI as <https://www.rabbitmq.com/docs/uri-spec> describes it, but that `amqp://host/` names no vhost:
    /// the empty one does not exist anywhere.
    static var brokerEndpoint: Self {
        Conversion(.list) { value throws(Mistake) in
            let uri = try EndpointURI(value, schemes: ["amqp", "amqps"])
            let usesTLS = uri.scheme == "amqps"
            var endpoint = BrokerEndpoint(host: uri.host, port: uri.port ?? (usesTLS ? 5671 : 5672))
            endpoint.usesTLS = usesTLS
            endpoint.username = uri.username
            endpoint.password = uri.password.map { Secret($0) }
            if let path = uri.path, !path.isEmpty {
                guard !path.contains("/"), let vhost = path.percentDecoded, vhost.utf8.count <= 255 else {
                    throw Mistake(
                        value: uri.shown,
                        problem: "has a vhost that cannot be: in it a / is written %2F and a % is written %25; at most 255 bytes")
                }
                endpoint.vhost = vhost
            }
            return endpoint
        }
    }
}

extension Conversion<String> {
    /// An `http://` or `https://` URI without user and password, in the form that requests are built on: no slash at the end. A path is that of a
    /// reverse proxy.
    static var databaseEndpoint: Self {
        Conversion(.list) { value throws(Mistake) in
            let uri = try EndpointURI(value, schemes: ["http", "https"])
            guard uri.username == nil else {
                throw Mistake(value: uri.shown, problem: "must not hold a user and password: they are the keys username and password")
            }
            let path = (uri.path ?? "").split(separator: "/", omittingEmptySubsequences: true).map(String.init)
            guard !path.contains(where: { $0.hasPrefix("_") }) else {
                throw Mistake(value: uri.shown, problem: "must not have a path of ArangoDB's own: the database's name is the key database")
            }
            guard path.allSatisfy(\.isPathSegment) else {
                throw Mistake(
                    value: uri.shown,
                    problem: "has a path that is not percent-encoded, or has . or .. in it: only a reverse proxy needs one")
            }
            let host = uri.host.contains(":") ? "[\(uri.host)]" : uri.host
            return "\(uri.scheme)://\(host)" + (uri.port.map { ":\($0)" } ?? "") + path.map { "/\($0)" }.joined()
        }
    }
}

extension Conversion<String> {
    /// The same for RabbitMQ's management API, with its port.
    static var managementEndpoint: Self {
        Conversion { value throws(Mistake) in
            let uri = try EndpointURI(value, schemes: ["http", "https"])
            guard uri.username == nil else {
                throw Mistake(value: uri.shown, problem: "must not hold a user and password: they are the keys username and password")
            }
            guard ["", "/"].contains(uri.path ?? "") else { throw Mistake(value: uri.shown, problem: "must not have a path") }
            let host = uri.host.contains(":") ? "[\(uri.host)]" : uri.host
            return "\(uri.scheme)://\(host):\(uri.port ?? (uri.scheme == "https" ? 15671 : 15672))"
        }
    }
}

extension Conversion<String> {
    /// A name that a `Host` header may have, without a port.
    static var hostName: Self {
        Conversion { value throws(Mistake) in
            let isHost: (UInt8) -> Bool = { byte in
                let letter = byte | 0x20
                return (0x61...0x7A).contains(letter) || (0x30...0x39).contains(byte) || "-._".utf8.contains(byte)
            }
            guard case .string(let text) = value.content, (1...253).contains(text.utf8.count), text.utf8.allSatisfy(isHost) else {
                throw value.mistake("must be a host name without a port, like \"metrics.internal\"")
            }
            return text
        }
    }
}

extension Conversion<ListenAddress> {
    /// A numeric address and a port.
    static var listenAddress: Self {
        Conversion { value throws(Mistake) in
            guard case .string(let text) = value.content, let address = ListenAddress(text) else {
                throw value.mistake("must be a numeric address and a port, like \"127.0.0.1:9464\" or \"[::1]:9464\"")
            }
            return address
        }
    }
}

extension String {
    /// A segment of a path (RFC 3986, section 3.3) that no client takes for a way up.
    fileprivate var isPathSegment: Bool {
        guard self != ".", self != "..", percentDecoded != nil else { return false }
        return utf8.allSatisfy { byte in
            let letter = byte | 0x20
            return (0x61...0x7A).contains(letter) || (0x30...0x39).contains(byte) || "-._~!$&'()*+,;=:@%".utf8.contains(byte)
        }
    }
}
