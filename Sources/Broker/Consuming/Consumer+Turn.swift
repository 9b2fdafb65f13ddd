internal import Messages
internal import Settings
internal import Synchronization

extension Consumer {
    /// Does all there is to do, and says what to wait for. nil: it is over.
    func turn(_ wake: SocketPoller.Wake) -> SocketPoller.Interest? {
        switch phase {
        case .idle, .ended: return nil
        case .waiting(let instant): return turnWaiting(until: instant)
        case .connecting(let attempt): return turnConnecting(attempt)
        case .connected(let connection):
            do throws(BrokerError.Reason) {
                return try turnConnected(connection, wake)
            } catch {
                return lost(error, connection)
            }
        case .closing(let closing): return turnClosing(closing)
        }
    }

    private func turnWaiting(until instant: Instant?) -> SocketPoller.Interest? {
        guard !isClosing else { return nil }
        guard cancelDeadline == nil, let instant else { return .init(wantsBytes: false) }
        guard instant <= .now else { return .init(wantsBytes: false, deadline: instant) }
        let parameters = ConnectionParameters(
            settings, endpoint: settings.endpoints[rotation.current], name: "warren consumer",
            channels: max(Self.channels, subscriptions.count + 1))
        phase = .connecting(ConnectionAttempt(parameters) { [poller] in poller.nudge() })
        return .init(wantsBytes: false)
    }

    private func turnConnecting(_ attempt: ConnectionAttempt) -> SocketPoller.Interest? {
        switch attempt.takeResult() {
        case nil:
            guard let closeDeadline, closeDeadline <= .now else { return .init(wantsBytes: false, deadline: closeDeadline) }
            attempt.leave()
            return nil
        case .failure(let error): return waitForNext(error, rotation.failed(random: .random(in: 0...1), isLimit: error.isLimit))
        case .success(let connection):
            phase = .connected(connection)
            heartbeats = HeartbeatTimer(connection)
            proof = QueueProbe()
            do throws(BrokerError.Reason) {
                guard !isClosing else { return try beginClosing(connection) }
                onEvent(
                    .connected(
                        endpoint: connection.place, version: connection.brokerVersion, isNamedBySubject: connection.isNamedBySubject))
                hasNewPlaces = true
                return try turnConnected(connection, .init())
            } catch {
                return lost(error, connection)
            }
        }
    }

    /// Until then only the end of the connection and what cannot wait end the sleep; acknowledgements can.
    private func rest(_ connection: Connection, until end: Instant) -> SocketPoller.Interest {
        isResting.store(true, ordering: .releasing)
        return .init(socket: connection.socket, wantsBytes: false, deadline: end)
    }

    private func turnConnected(_ connection: Connection, _ wake: SocketPoller.Wake) throws(BrokerError.Reason) -> SocketPoller.Interest? {
        isResting.store(false, ordering: .releasing)
        (handedOn, fullness) = (0, 0)
        try steer(connection)
        // A hold is for deliveries. It does not keep us from hearing that the connection is over, or that no more will come.
        let mayRead =
            isReading.load(ordering: .acquiring) || wake.isHangUp || isClosing || cancelDeadline != nil
            || !machines.contains(where: \.mayHandOn)
        let isDry = mayRead ? try read(connection) : true
        if mayRead && isDry { try tick(connection) }
        let mustReadOn = mayRead && (!isDry || connection.holdsFrames)
        let restEnd = mayRead && !mustReadOn ? pace.read(handedOn, fullness: fullness, at: .now) : nil
        // Another turn comes by itself, and soon.
        let isUnderLoad = mustReadOn || restEnd != nil
        try flushAcknowledgements(connection, mayWait: isUnderLoad && !isClosing && cancelDeadline == nil)
        if isClosing { return try beginClosing(connection) }
        try heartbeats.beat(connection)
        if let restEnd { return rest(connection, until: restEnd) }
        return .init(
            socket: connection.socket, wantsBytes: mayRead, deadline: mustReadOn ? .now : nextDeadline(connection, mayRead: mayRead))
    }
}
