/// `[rabbitmq.tls]` and `[arangodb.tls]`.
public struct TLSSettings: Sendable, Equatable {
    /// PEM file of the authorities to trust; nil: the system's.
    @Exact public var ca: String? = nil
    /// PEM file of the client certificate; needs `key`.
    @Exact public var certificate: String? = nil
    /// PEM file of the client's private key; needs `certificate`.
    @Exact public var key: String? = nil
    /// False: the peer's certificate and name are not checked. For test systems only.
    public var verify = true
    /// The name to expect in the certificate, and to send as SNI; nil: the endpoint's host.
    @Exact public var serverName: String? = nil

    /// The defaults.
    public init() {}
}
