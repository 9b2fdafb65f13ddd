/// `[rabbitmq.tls]` and `[arangodb.tls]`.
public struct TLSSettings: Sendable, Equatable {
    /// PEM file of the authorities to trust; nil: the system's.
    public var ca: String?
    /// PEM file of the client certificate; needs `key`.
    public var certificate: String?
    /// PEM file of the client's private key; needs `certificate`.
    public var key: String?
    /// False: the peer's certificate and name are not checked. For test systems only.
    public var verify = true
    /// The name to expect in the certificate, and to send as SNI; nil: the endpoint's host.
    public var serverName: String?

    /// The defaults.
    public init() {}
}
