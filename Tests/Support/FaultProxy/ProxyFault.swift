/// Which way bytes go, seen from the proxy.
public enum Direction: Int, Sendable, CaseIterable {
    /// From the client to the server behind the proxy.
    case toServer
    /// From the server to the client.
    case toClient
}

extension Direction: CustomStringConvertible {
    /// For people.
    public var description: String { self == .toServer ? "to the server" : "to the client" }
}

/// What befalls a connection that runs through the proxy.
public enum ProxyFault: Sendable, Hashable {
    /// Both sides see RST, as when a peer dies: `ECONNRESET`. What was handed on before can still be read.
    case reset
    /// Both sides see FIN, as when a peer closes: the end of the stream. A side that has sent what nobody read sees RST, as TCP has it.
    case finish
    /// Bytes of these directions wait until ``FaultProxy/heal()``; the sender's window fills. Nothing is lost.
    case stall([Direction] = Direction.allCases)
    /// Bytes of these directions vanish, and so does the end of the stream: a half-open connection. It does not recover.
    case blackHole([Direction] = Direction.allCases)
}

/// What becomes of a new connection.
public enum Welcome: Sendable, Equatable {
    /// It is joined with a connection to the server.
    case serve
    /// Nobody listens: `ECONNREFUSED`.
    case refuse
    /// It is served, with this fault from its first byte on.
    case fault(ProxyFault)
}
