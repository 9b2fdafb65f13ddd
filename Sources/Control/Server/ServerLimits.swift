/// What clients may take of the service, all of them together. They share one thread, so none of it can delay a pipeline.
public struct ServerLimits: Sendable, Equatable {
    /// Connections at once. One more is answered 503 and closed.
    public var connections = 128
    /// Of those, so many only for peers who may administer: nobody can lock root out.
    public var reservedConnections = 16
    /// Connections beyond those that are open only to be answered 503. More wait in the backlog.
    public var refusedConnections = 16
    /// Requests being answered at once, streams not counted. One more is answered 503.
    public var requests = 32
    /// Bytes of a request's target and headers.
    public var headerBytes = 16 << 10
    /// Body bytes of all requests that are being received or answered. What would be more is answered 503.
    public var bodyBytes = 16 << 20
    /// Bytes of all answers that clients have not taken yet. What would be more is answered 503, unless it is the only one.
    public var answerBytes = 16 << 20
    /// From the connection's begin, or the last answer, until a request is complete.
    public var patience: Duration = .seconds(30)
    /// For a client to take its answer.
    public var answerTime: Duration = .seconds(10)
    /// Bytes that may wait for the reader of a stream. One who is slower is cut off.
    public var streamBytes = 256 << 10

    /// The defaults.
    public init() {}
}
