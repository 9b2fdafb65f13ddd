internal import ControlMessages

/// What the clients of one listener may take of the service, all of them together. They share one thread, so none of it can delay a pipeline.
package struct ServerLimits: Sendable, Equatable {
    /// Connections at once. One more replaces the one that has been idle longest.
    package var connections = 128
    /// How many of those are reserved for administrators, so that no client can lock root out.
    package var reservedConnections = 16
    /// Connections beyond those that are open only to be answered 503. More wait in the backlog.
    package var refusedConnections = 16
    /// Requests being answered at once, streams not counted. One more is answered 503.
    package var requests = 32
    /// How many of those are reserved for administrators.
    package var reservedRequests = 8
    /// Connections and requests beyond those that are for `/healthz`: a busy service can still report its health.
    package var healthSlots = 4
    /// Bytes of a request's first line and headers.
    package var headerBytes = 16 << 10
    /// Body bytes of all requests that are being received or answered. A request beyond that is answered 503.
    package var bodyBytes = 16 << 20
    /// Bytes of all answers that clients have not taken yet. An answer beyond that becomes a 503, unless it is the only one.
    package var answerBytes = 16 << 20
    /// This part (1/n) of the body and answer bytes is reserved for administrators; 0 reserves none.
    package var reservedByteShare = 4
    /// From the connection's begin, or the last answer, until a request is complete.
    package var patience: Duration = .seconds(5)
    /// For a client to take its answer.
    package var answerTime: Duration = .seconds(10)
    /// Bytes that may wait for the reader of a stream. A slower reader is cut off.
    package var streamBytes = 256 << 10

    /// The defaults of the control socket.
    package init() {}

    /// The limits of a listener for metrics and health, where clients cannot be distinguished.
    package static var network: ServerLimits {
        var limits = ServerLimits()
        (limits.connections, limits.reservedConnections, limits.refusedConnections) = (64, 0, 8)
        (limits.requests, limits.reservedRequests) = (16, 0)
        // A request for figures has no body.
        (limits.bodyBytes, limits.answerBytes, limits.reservedByteShare) = (64 << 10, 8 << 20, 0)
        return limits
    }

    /// Connections that may be open at once, whatever they are for.
    package var mostOpen: Int { connections + healthSlots + refusedConnections }
}
