internal import Messages
internal import Settings

extension Publisher {
    /// Does all there is to do, and says what to wait for. nil: it is over.
    func turn(_ wake: SocketPoller.Wake) -> SocketPoller.Interest? {
        expire()
        switch phase {
        case .ended: return nil
        case .idle: return turnIdle()
        case .connecting(let attempt): return turnConnecting(attempt)
        case .connected(let connection, let isReady):
            do throws(BrokerError.Reason) {
                return try turnConnected(connection, isReady: isReady)
            } catch {
                return lost(error, connection)
            }
        case .closing(let closing): return turnClosing(closing)
        }
    }

    private func turnIdle() -> SocketPoller.Interest? {
        guard closeDeadline == nil else {
            failAll(BrokerError(.closed, endpoint: parameters.place))
            return nil
        }
        guard !waiting.isEmpty else { return .init(wantsBytes: false) }
        let parameters = parameters
        username = parameters.username
        phase = .connecting(ConnectionAttempt(parameters) { [poller] in poller.nudge() })
        return .init(wantsBytes: false, deadline: waiting.first?.deadline)
    }

    var parameters: ConnectionParameters {
        // A broker that takes no publications stops reading, perhaps within one.
        ConnectionParameters(
            settings, endpoint: settings.endpoints[rotation.current], name: "warren publisher", channels: 1, sendTime: Self.sendTime)
    }

    private func turnConnecting(_ attempt: ConnectionAttempt) -> SocketPoller.Interest? {
        switch attempt.takeResult() {
        case nil:
            guard let closeDeadline, closeDeadline <= .now else {
                return .init(wantsBytes: false, deadline: [waiting.first?.deadline, closeDeadline].compactMap(\.self).min())
            }
            attempt.leave()
            failAll(BrokerError(.closed, endpoint: parameters.place))
            return nil
        case .failure(let error):
            phase = .idle
            // With several endpoints the others are tried before anybody is disappointed; the wait is the caller's business.
            if rotation.failed(random: 0) > .zero { failAll(error) }
            return turnIdle()
        case .success(let connection):
            contents = [ContentAssembly(.returned)]
            isBlocked = false
            renewal.opening()
            heartbeats = HeartbeatTimer(connection)
            phase = .connected(connection, isReady: false)
            do throws(BrokerError.Reason) {
                try connection.sendChannelOpen(Self.channel)
                try connection.sendConfirmSelect(channel: Self.channel)
                return try turnConnected(connection, isReady: false)
            } catch {
                return lost(error, connection)
            }
        }
    }

    private func turnConnected(_ connection: Connection, isReady: Bool) throws(BrokerError.Reason) -> SocketPoller.Interest? {
        var isReady = isReady
        let isDry = try read(connection, isReady: &isReady)
        phase = .connected(connection, isReady: isReady)
        if renewal.isWorn, ledger.count == 0, closeDeadline == nil { return renewed(connection) }
        let hasMore = isReady && !isBlocked && !renewal.isWorn ? try sendWaiting(connection) : false
        try heartbeats.beat(connection)
        if let closeDeadline, (ledger.count == 0 && waiting.isEmpty) || closeDeadline <= .now { return try beginClosing(connection) }
        let deadline = [heartbeats.due, ledger.deadline, waiting.first?.deadline, closeDeadline].compactMap(\.self).min()
        return .init(socket: connection.socket, deadline: isDry && !hasMore && !connection.holdsFrames ? deadline : .now)
    }

    /// True if nothing is left to read.
    private func read(_ connection: Connection, isReady: inout Bool) throws(BrokerError.Reason) -> Bool {
        var bound = ReadBound()
        while true {
            let reading = try connection.read(into: &contents, bound: &bound)
            // A return comes before its confirm.
            for message in contents[0].takeReturns() { ledger.returned(message) }
            switch reading {
            case .dry: return true
            case .bounded: return false
            case .method(let method, let channel): try receive(method, channel: channel, connection, isReady: &isReady)
            }
        }
    }

    private func receive(
        _ method: ServerMethod, channel: UInt16, _ connection: Connection, isReady: inout Bool
    ) throws(BrokerError.Reason) {
        switch method {
        case .channelOpenOk: break
        case .confirmSelectOk:
            isReady = true
            renewal.ready(at: .now)
            rotation.succeeded()
        case .ack(let number, let multiple): settle(ledger.acknowledged(number, multiple: multiple))
        case .nack(let number, let multiple):
            settle(ledger.refused(number, multiple: multiple))
            renewal.refused(at: .now)
        case .blocked: isBlocked = true
        case .unblocked: isBlocked = false
        case .channelClose(let code, let text):
            // The whole connection is given up: the next publication opens a fresh one.
            try connection.sendChannelCloseOk(channel)
            throw .channelClosed(code: code, text: text)
        case .connectionClose(let code, let text):
            try connection.sendConnectionCloseOk()
            throw .closedByServer(code: code, text: text)
        case .qosOk, .consumeOk, .cancelOk, .declareOk, .channelCloseOk, .connectionCloseOk, .consumerCancelled, .getEmpty,
            .done, .unexpected:
            throw .protocolError("\(method) on channel \(channel)")
        }
    }

    /// Sends as much as the window allows, in rounds that let the broker's word be heard in between. True if there is more to send at once.
    private func sendWaiting(_ connection: Connection) throws(BrokerError.Reason) -> Bool {
        var bound = ReadBound()
        var count = 0
        defer { waiting.removeFirst(count) }
        for next in waiting {
            if next.isSuspect || isTrying, ledger.count > 0 { return false }
            isTrying = next.isSuspect
            let isWindowOpen = ledger.count < Self.windowMessages && ledger.bodyBytes + next.publication.body.count <= Self.windowBytes
            guard isWindowOpen || ledger.count == 0 else { return false }
            guard !bound.isReached else { return true }
            bound.count(messages: 1, bytes: next.publication.body.count)
            count += 1
            try send(next, connection)
        }
        return false
    }

    private func send(_ next: Waiting, _ connection: Connection) throws(BrokerError.Reason) {
        let publication = next.publication
        guard publication.exchange.utf8.count <= 255, publication.routingKey.utf8.count <= 255 else {
            return settle([(next, .failure(.unpublishable("exchange and routing key have at most 255 bytes")))])
        }
        guard let properties = MessageProperties.encoded(publication, as: username, limit: connection.propertiesLimit) else {
            return settle([(next, .failure(.unpublishable("its properties cannot be read, or do not fit in a frame of this broker")))])
        }
        // In the ledger first: if sending fails it is one of those whose fate is unknown.
        ledger.sent(
            next, route: Route(exchange: publication.exchange, routingKey: publication.routingKey), body: publication.body,
            properties: properties, deadline: next.deadline)
        try connection.publish(
            exchange: publication.exchange, routingKey: publication.routingKey, properties: properties, body: publication.body,
            channel: Self.channel)
    }

    private func expire() {
        let now = Instant.now
        settle(ledger.expired(now: now))
        // In order of their deadlines, because each call takes its place behind the one before.
        let late = waiting.prefix { $0.deadline <= now }
        waiting.removeFirst(late.count)
        settle(late.map { ($0, .failure(.timedOut)) })
    }
}
