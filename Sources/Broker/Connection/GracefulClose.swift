/// A connection on its way out: the closing handshake, and the time it may take.
struct GracefulClose {
    /// How long the broker may take to answer. After that, what it still holds of us it finds out by itself.
    static let time: Duration = .seconds(5)

    private let connection: Connection
    private var handshake: ClosingHandshake
    private let deadline = ContinuousClock.now + time

    /// Begins the handshake. What is unacknowledged returns to its queue.
    init(_ connection: Connection, _ handshake: ClosingHandshake) throws(BrokerError.Reason) {
        self.connection = connection
        self.handshake = handshake
        try connection.send(handshake.begin())
    }

    /// Reads and answers what there is, and says what to wait for. nil: it is over.
    mutating func turn(_ contents: inout [ContentAssembly]) -> SocketPoller.Interest? {
        do throws(BrokerError.Reason) {
            guard try connection.advance(&handshake, until: deadline, contents: &contents) else { return nil }
            return .init(socket: connection.socket, deadline: deadline)
        } catch {
            // The broker was quicker; there is nobody left to say goodbye to.
            return nil
        }
    }
}
