internal import Mapping

/// How a connection ends: lost, or closed.
extension Consumer {
    /// The connection is of no use any more: every session is over, and after a wait there will be another one.
    func lost(_ reason: BrokerError.Reason, _ connection: Connection) -> SocketSleeper.Interest? {
        tellUnsubscribed(reason, connection)
        guard !isClosing else { return nil }
        let wait = rotation.lost(random: .random(in: 0...1))
        // Nothing is wanted of the broker after `cancel`.
        phase = .waiting(until: cancelDeadline == nil ? .now + wait : nil)
        onEvent(.waiting(BrokerError(reason, endpoint: connection.place), retryIn: wait))
        return turn(.init())
    }

    /// Acknowledgements are on their way before this; what is not acknowledged returns to its queue.
    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> SocketSleeper.Interest? {
        func channels(where isMeant: (SubscriptionMachine) -> Bool) -> [UInt16] {
            machines.indices.filter { isMeant(machines[$0]) }.map { UInt16($0 + 1) }
        }
        let handshake = ClosingHandshake(
            openChannels: channels(where: \.isChannelOpen), closingChannels: channels(where: \.isChannelClosing))
        tellUnsubscribed(nil, connection)
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

    private func tellUnsubscribed(_ reason: BrokerError.Reason?, _ connection: Connection) {
        for index in machines.indices {
            for case .unsubscribed(let session, let reason) in machines[index].disconnected(reason) {
                onEvent(
                    .unsubscribed(
                        subscriptions[index].processor, session, reason.map { self.error($0, connection, subscriptions[index]) }))
            }
        }
    }
}
