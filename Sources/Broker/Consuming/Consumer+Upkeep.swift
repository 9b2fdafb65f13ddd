internal import Messages

/// What an open connection needs besides reading deliveries.
extension Consumer {
    /// Applies what `setConsuming`, `setPaused` and `cancel` have changed since the last turn.
    func steer(_ connection: Connection) throws(BrokerError.Reason) {
        if cancelDeadline != nil { return try steerTowardsEnd(connection) }
        guard let wanted = consumption.takeChange() ?? (hasNewSubscriptions ? consumption.wanted : nil) else { return }
        hasNewSubscriptions = false
        // Acknowledgements that were handed over before must be sent before the channel closes.
        try flushAcknowledgements(connection)
        let delays = startDelays(wanted)
        for index in machines.indices {
            let isVacant = vacancies.contains(index)
            guard index < channelAllowance(connection) else {
                if !isVacant { tellChannelLimit(of: index, wanted, connection) }
                continue
            }
            try widen(index, wanted, connection)
            let actions = machines[index].want(
                isVacant ? .givenUp : wanted[subscriptions[index].processor], now: .now, delay: delays[index] ?? .zero)
            try perform(actions, index: index, connection)
            guard !machines[index].isConnected else { continue }
            try perform(machines[index].connected(now: .now, delay: delays[index] ?? .zero), index: index, connection)
        }
    }

    /// The prefetch of a consumer cannot change. So another consumer replaces it on the same channel, and no delivery is returned.
    private func widen(_ index: Int, _ wanted: WantedConsumption, _ connection: Connection) throws(BrokerError.Reason) {
        let prefetch = wanted.prefetch(of: subscriptions[index])
        guard machines[index].isConsuming, let present = consumers[index], present.prefetch != prefetch else { return }
        try perform(machines[index].want(.paused, now: .now), index: index, connection)
    }

    /// The number of channels for subscriptions. One more checks queues, if the broker allows it.
    private func channelAllowance(_ connection: Connection) -> Int { Int(proofChannel(connection)) }

    /// Reports a queue that is not consumed because the broker allows fewer channels on a connection than there are queues.
    private func tellChannelLimit(of index: Int, _ wanted: WantedConsumption, _ connection: Connection) {
        let subscription = subscriptions[index]
        guard wanted[subscription.processor] == .on else { return }
        let reason = BrokerError.Reason.unsupported(
            "not consumed: the broker allows \(connection.channelLimit) channels on a connection, and \(subscriptions.count - vacancies.count) queues "
                + "are configured, each on its own. Raise channel_max in rabbitmq.conf to at least \(subscriptions.count + 1), and reconnect"
        )
        onEvent(.subscribeFailed(subscription.processor, error(reason, connection, subscription), retryIn: SubscriptionMachine.longestWait))
    }

    /// Delays for subscriptions that begin now, and that other instances may begin at the same time: with the connection, or because the database is
    /// known to be there only after it.
    private func startDelays(_ wanted: WantedConsumption) -> [Int: Duration] {
        let beginning = machines.indices.filter {
            subscriptions[$0].isShared && machines[$0].isAboutToBegin && wanted[subscriptions[$0].processor] == .on
        }
        var generator = SystemRandomNumberGenerator()
        return Dictionary(uniqueKeysWithValues: zip(beginning, SubscriptionSpread.delays(count: beginning.count, using: &generator)))
    }

    /// Pauses all subscriptions. Those that have finished close their channels at once, because other instances may wait for their queues.
    private func steerTowardsEnd(_ connection: Connection) throws(BrokerError.Reason) {
        let wanted = consumption.wanted
        try flushAcknowledgements(connection)
        for index in machines.indices {
            let isReleased = wanted.released.contains(subscriptions[index].processor)
            try perform(machines[index].want(isReleased ? .givenUp : .paused, now: .now), index: index, connection)
        }
    }

    /// Handles channels whose deadline is over. Only if nothing is left to read, not even in the socket: an unread answer counts as received.
    func tick(_ connection: Connection) throws(BrokerError.Reason) {
        let now = Instant.now
        guard let due = nextChannelDeadline(connection), due <= now, !connection.hasUnreadBytes else { return }
        for index in machines.indices { try perform(machines[index].tick(now: now), index: index, connection) }
        if mayProve(connection) { try perform(proof.tick(now: now), connection) }
    }

    /// Sends acknowledgements. If they `mayWait`, some of them wait for more, because the next turn comes within milliseconds.
    func flushAcknowledgements(_ connection: Connection, mayWait: Bool = false) throws(BrokerError.Reason) {
        let now = Instant.now
        for acknowledgement in acknowledgements.take(aliveIn: { indexOfProcessor[$0].flatMap { machines[$0].session } }) {
            guard let index = indexOfProcessor[acknowledgement.processor] else { continue }
            let prefetch = consumers[index]?.prefetch ?? subscriptions[index].prefetch
            guard let kind = gathering.add(acknowledgement, index: index, prefetch: prefetch, at: now) else { continue }
            try send(kind, index, connection)
        }
        for (index, session, kind) in gathering.take(mayWait: mayWait, at: now) where machines[index].session == session {
            try send(kind, index, connection)
        }
    }

    private func send(_ kind: Acknowledgement.Kind, _ index: Int, _ connection: Connection) throws(BrokerError.Reason) {
        try connection.sendAcknowledgement(kind, channel: UInt16(index + 1))
        acknowledgementFrames += kind.frames
    }

    /// When the next turn is due although nothing comes in.
    func nextDeadline(_ connection: Connection, mayRead: Bool) -> Instant? {
        let channelDeadline = mayRead ? nextChannelDeadline(connection) : nil
        return [cancelDeadline.flatMap { $0 > .now ? $0 : nil }, channelDeadline].compactMap(\.self).min()
    }

    private func nextChannelDeadline(_ connection: Connection) -> Instant? {
        // This runs in each turn, so it creates no array.
        machines.reduce(mayProve(connection) ? proof.deadline : nil) { earliest, machine in
            guard let deadline = machine.deadline else { return earliest }
            return min(deadline, earliest ?? deadline)
        }
    }
}
