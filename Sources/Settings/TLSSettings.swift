/// `[rabbitmq.tls]` and `[arangodb.tls]`.
public struct TLSSettings: Sendable, Equatable {
    /// A version of TLS that Warren speaks.
    public enum Version: String, Sendable, CaseIterable {
        case tls12 = "1.2"
        case tls13 = "1.3"
    }

    /// OpenSSL's security level: keys and ciphers of at least 112 bits (RSA from 2048, EC from 224), no SHA-1 signatures. Warren's own, like the version:
    /// the machine's `openssl.cnf` is not read.
    public static let securityLevel: Int32 = 2

    /// PEM file of the authorities to trust; `nil` for the system's.
    @Exact public var ca: String? = nil
    /// PEM file of the client certificate; needs `key`.
    @Exact public var certificate: String? = nil
    /// PEM file of the client's private key; needs `certificate`.
    @Exact public var key: String? = nil
    /// False: the peer's certificate and name are not checked. For test systems only.
    public var verify = true
    /// The name to expect in the certificate, and to send as SNI; `nil` for the endpoint's host.
    @Exact public var serverName: String? = nil

    /// The lowest version of TLS that is spoken: 1.2 or 1.3.
    public var minVersion = Version.tls12

    /// The defaults.
    public init() {}
}

extension Settings {
    /// Settings that expose the connections to servers to a man in the middle: reported at the start and by `warren check`. Settings that are not
    /// used are left out.
    public var tlsWarnings: [String] {
        let management = rabbitmq.management.map { [$0] } ?? []
        let tables = [
            ("rabbitmq.tls", rabbitmq.tls, rabbitmq.endpoints.contains { $0.usesTLS } || management.contains { $0.hasPrefix("https") }),
            ("arangodb.tls", arangodb.tls, arangodb.endpoints.contains { $0.hasPrefix("https") }),
        ]
        return tables.filter { !$0.1.verify && $0.2 }.map { name, _, _ in
            "[\(name)] verify = false: the server's certificate is not checked, so an attacker on the network can read the password and change messages. "
                + "Name its authority with ca, and take verify out."
        }
    }
}
