/// A connection that is being closed: the closing handshake, and the time that it may take.
struct GracefulClose {
    /// How long the broker may take to answer. After that the broker finds out by itself that the connection is gone.
    static let time: Duration = .seconds(5)

    private let connection: Connection
    private var handshake: ClosingHandshake
    /// Messages that are still on their way. They are dropped: what is unacknowledged returns to its queue.
    private var contents: [ContentAssembly]
    private let deadline = ContinuousClock.now + time

    /// Begins the handshake. `contents` may hold parts of messages whose rest is still to come.
    init(_ connection: Connection, _ handshake: ClosingHandshake, _ contents: [ContentAssembly]) throws(BrokerError.Reason) {
        self.connection = connection
        self.handshake = handshake
        self.contents = contents
        try connection.send(handshake.begin())
    }

    /// Reads and answers everything that has come. Returns what to wait for, or `nil` if the connection is closed or the time is over.
    mutating func turn() -> SocketPoller.Interest? {
        do throws(BrokerError.Reason) {
            guard try connection.advance(&handshake, until: deadline, contents: &contents) else { return nil }
            return .init(socket: connection.socket, deadline: deadline)
        } catch {
            // The broker was quicker. Nobody is left to wait for.
            return nil
        }
    }
}
