internal import Messages
internal import Settings
internal import Synchronization

extension Consumer {
    var wantsConnection: Bool { cancelDeadline == nil }

    func parameters(endpoint: Int) -> ConnectionParameters {
        ConnectionParameters(
            settings, endpoint: settings.endpoints[endpoint], name: "warren consumer", channels: max(Self.channels, subscriptions.count + 1)
        )
    }

    func turnEnded(isLast: Bool) {
        releaseCancelWaiters()
        releaseWaiters()
    }

    func opened(_ connection: Connection) throws(BrokerError.Reason) -> ConnectionUse {
        proof = QueueProbe()
        guard !life.isClosing else { return try beginClosing(connection) }
        onEvent(
            .connected(endpoint: connection.destination, version: connection.brokerVersion, isNamedBySubject: connection.isNamedBySubject))
        hasNewSubscriptions = true
        return try use(connection, .init())
    }

    /// Until `end`, only the end of the connection and urgent requests wake the thread. Acknowledgements wait.
    private func rest(_ connection: Connection, until end: Instant) -> SocketPoller.Interest {
        isResting.store(true, ordering: .releasing)
        return .init(socket: connection.socket, wantsBytes: false, deadline: end)
    }

    func use(_ connection: Connection, _ wake: SocketPoller.Wake) throws(BrokerError.Reason) -> ConnectionUse {
        isResting.store(false, ordering: .releasing)
        (handedOn, fullness) = (0, 0)
        try steer(connection)
        // The hold is for deliveries. Warren still has to notice the end of the connection, and the confirmation of a cancelled consumer.
        let mayRead =
            isReading.load(ordering: .acquiring) || wake.isHangUp || life.isClosing || cancelDeadline != nil
            || !machines.contains(where: \.mayHandOn)
        let isDry = mayRead ? try read(connection) : true
        if mayRead && isDry { try tick(connection) }
        let mustReadOn = mayRead && (!isDry || connection.holdsFrames)
        let restEnd = mayRead && !mustReadOn ? pace.read(handedOn, fullness: fullness, at: .now) : nil
        // The next turn comes soon without a wake-up.
        let isUnderLoad = mustReadOn || restEnd != nil
        try flushAcknowledgements(connection, mayWait: isUnderLoad && !life.isClosing && cancelDeadline == nil)
        if life.isClosing { return try beginClosing(connection) }
        if let restEnd { return .wait(rest(connection, until: restEnd)) }
        let deadline = mustReadOn ? .now : nextDeadline(connection, mayRead: mayRead)
        return .wait(.init(socket: connection.socket, wantsBytes: mayRead, deadline: deadline))
    }
}
