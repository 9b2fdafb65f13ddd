/// What the clients of one listener may take of the service, all of them together. They share one thread, so none of it can delay a pipeline.
public struct ServerLimits: Sendable, Equatable {
    /// Connections at once. One more takes the place of the one that has been idle longest.
    public var connections = 128
    /// Of those, so many only for peers who may administer: nobody can lock root out.
    public var reservedConnections = 16
    /// Connections beyond those that are open only to be answered 503. More wait in the backlog.
    public var refusedConnections = 16
    /// Requests being answered at once, streams not counted. One more is answered 503.
    public var requests = 32
    /// Of those, so many only for peers who may administer.
    public var reservedRequests = 8
    /// Connections and requests beyond those that are for `/healthz`: a service that has much to do can still be asked how it is.
    public var healthPlaces = 4
    /// Bytes of a request's first line and headers.
    public var headerBytes = 16 << 10
    /// Body bytes of all requests that are being received or answered. What would be more is answered 503.
    public var bodyBytes = 16 << 20
    /// Bytes of all answers that clients have not taken yet. What would be more is answered 503, unless it is the only one.
    public var answerBytes = 16 << 20
    /// Of body and answer bytes, this part (1/n) is only for peers who may administer; 0: none.
    public var reservedByteShare = 4
    /// From the connection's begin, or the last answer, until a request is complete.
    public var patience: Duration = .seconds(5)
    /// For a client to take its answer.
    public var answerTime: Duration = .seconds(10)
    /// Bytes that may wait for the reader of a stream. One who is slower is cut off.
    public var streamBytes = 256 << 10

    /// The defaults of the control socket.
    public init() {}

    /// Those of a listener for figures and health, where nobody can be told from anybody.
    public static var network: ServerLimits {
        var limits = ServerLimits()
        (limits.connections, limits.reservedConnections, limits.refusedConnections) = (64, 0, 8)
        (limits.requests, limits.reservedRequests) = (16, 0)
        // A request for figures has no body.
        (limits.bodyBytes, limits.answerBytes, limits.reservedByteShare) = (64 << 10, 8 << 20, 0)
        return limits
    }

    /// Connections that may be open at once, whatever they are for.
    public var mostOpen: Int { connections + healthPlaces + refusedConnections }
}
