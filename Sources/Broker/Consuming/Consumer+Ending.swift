internal import Messages

/// How a connection ends: lost, or closed.
extension Consumer {
    /// The connection is of no use any more: every session is over, and after a wait there will be another one.
    func lost(_ reason: BrokerError.Reason, _ connection: Connection) -> SocketPoller.Interest? {
        tellUnsubscribed(reason, connection)
        if reason.leavesConnectionOpen { connection.closeElsewhere() }
        let error = BrokerError(reason, endpoint: connection.place)
        let wait = rotation.lost(after: .now - connection.openedAt, random: .random(in: 0...1), isLimit: error.isLimit)
        return waitForNext(error, wait)
    }

    /// There is no connection, and will be another one after `wait`; but nothing is wanted of the broker any more after ``cancel()``.
    func waitForNext(_ error: BrokerError, _ wait: Duration) -> SocketPoller.Interest? {
        guard cancelDeadline == nil, !isClosing else {
            phase = .waiting(until: nil)
            return turn(.init())
        }
        phase = .waiting(until: .now + wait)
        onEvent(.waiting(error, retryIn: wait))
        return turn(.init())
    }

    /// Acknowledgements are on their way before this; what is not acknowledged returns to its queue.
    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> SocketPoller.Interest? {
        func channels(where isMeant: (SubscriptionMachine) -> Bool, _ isProofMeant: Bool) -> [UInt16] {
            machines.indices.filter { isMeant(machines[$0]) }.map { UInt16($0 + 1) } + (isProofMeant ? [proofChannel(connection)] : [])
        }
        let handshake = ClosingHandshake(
            openChannels: channels(where: \.isChannelOpen, proof.isChannelOpen),
            closingChannels: channels(where: \.isChannelClosing, proof.isChannelClosing))
        // A consumer that goes on would be sent what is given back.
        for index in machines.indices where machines[index].returnsFreely {
            try perform(machines[index].givingBack, index: index, connection)
        }
        tellUnsubscribed(nil, connection)
        return turnClosing(try GracefulClose(connection, handshake))
    }

    func turnClosing(_ closing: GracefulClose) -> SocketPoller.Interest? {
        var closing = closing
        defer { phase = .closing(closing) }
        return closing.turn(&contents)
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
