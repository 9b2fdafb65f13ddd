internal import Messages

/// How the connection ends: it is lost or closed.
extension Consumer {
    /// Every session is over.
    func lost(_ connection: Connection, _ reason: BrokerError.Reason) { tellUnsubscribed(reason, connection) }

    /// After ``cancel()`` no further connection is opened.
    func disconnected(_ error: BrokerError, wait: Duration) {
        if cancelDeadline == nil, !life.isClosing { onEvent(.waiting(error, retryIn: wait)) }
    }

    /// Acknowledgements were sent before this. Unacknowledged deliveries return to their queues.
    func beginClosing(_ connection: Connection) throws(BrokerError.Reason) -> ConnectionUse {
        func channels(where isMeant: (SubscriptionMachine) -> Bool, _ isProofMeant: Bool) -> [UInt16] {
            machines.indices.filter { isMeant(machines[$0]) }.map { UInt16($0 + 1) } + (isProofMeant ? [proofChannel(connection)] : [])
        }
        let handshake = ClosingHandshake(
            openChannels: channels(where: \.isChannelOpen, proof.isChannelOpen),
            closingChannels: channels(where: \.isChannelClosing, proof.isChannelClosing))
        // Consumers are cancelled first, because the broker would deliver the returned messages to them.
        for index in machines.indices where machines[index].returnsFreely {
            try perform(machines[index].givingBack, index: index, connection)
        }
        tellUnsubscribed(nil, connection)
        return .close(try GracefulClose(connection, handshake, contents))
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
