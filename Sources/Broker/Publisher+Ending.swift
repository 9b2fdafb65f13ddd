internal import Mapping

/// How a publisher's connection ends: lost, or closed.
extension Publisher {
    /// All that was sent or waits fails; the next publication connects again.
    func lost(_ reason: BrokerError.Reason, _ connection: Connection) -> SocketSleeper.Interest? {
        failAll(BrokerError(reason, endpoint: connection.place))
        phase = .idle
        return closeDeadline == nil ? turn(.init()) : nil
    }

    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> SocketSleeper.Interest? {
        failAll(BrokerError(.closed, endpoint: connection.place))
        let handshake = ClosingHandshake(openChannels: [Self.channel])
        try connection.send(handshake.begin())
        let deadline = Instant.now + Self.farewellTime
        phase = .closing(connection, handshake, deadline: deadline)
        return turnClosing(connection, handshake, deadline: deadline)
    }

    func turnClosing(_ connection: Connection, _ handshake: ClosingHandshake, deadline: Instant) -> SocketSleeper.Interest? {
        var handshake = handshake
        do throws(BrokerError.Reason) {
            guard try connection.advance(&handshake, until: deadline, contents: &contents) else { return nil }
            phase = .closing(connection, handshake, deadline: deadline)
            return .init(socket: connection.socket, deadline: deadline)
        } catch {
            // The broker was quicker; there is nobody left to say goodbye to.
            return nil
        }
    }
}
