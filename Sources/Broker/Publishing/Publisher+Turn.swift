internal import Messages
internal import Settings

extension Publisher {
    var wantsConnection: Bool { !waiting.isEmpty }
    var deadlineWithoutConnection: Instant? { waiting.first?.deadline }

    func parameters(endpoint: Int) -> ConnectionParameters {
        // A broker that takes no publications stops reading, perhaps in the middle of one.
        ConnectionParameters(
            settings, endpoint: settings.endpoints[endpoint], name: "warren publisher", channels: 1, sendTime: Self.sendTime)
    }

    func turnBegins() { expire() }

    /// Fails what came in while the connection was being closed.
    func turnEnded(isLast: Bool) { if isLast { failAll(closed) } }

    func opened(_ connection: Connection) throws(BrokerError.Reason) -> ConnectionUse {
        contents = [ContentAssembly(.returned)]
        (isReady, isBlocked) = (false, false)
        renewal.opening()
        try connection.sendChannelOpen(Self.channel)
        try connection.sendConfirmSelect(channel: Self.channel)
        return try use(connection, .init())
    }

    func use(_ connection: Connection, _ wake: SocketPoller.Wake) throws(BrokerError.Reason) -> ConnectionUse {
        let isDry = try read(connection)
        if renewal.isWorn, ledger.count == 0, !life.isClosing { return renewed(connection) }
        let hasMore = isReady && !isBlocked && !renewal.isWorn ? try sendWaiting(connection) : false
        if let closeDeadline = life.closeDeadline, (ledger.count == 0 && waiting.isEmpty) || closeDeadline <= .now {
            return try beginClosing(connection)
        }
        let deadline = [ledger.deadline, waiting.first?.deadline, life.closeDeadline].compactMap(\.self).min()
        return .wait(.init(socket: connection.socket, deadline: isDry && !hasMore && !connection.holdsFrames ? deadline : .now))
    }

    /// True if nothing is left to read.
    private func read(_ connection: Connection) throws(BrokerError.Reason) -> Bool {
        var bound = ReadBound()
        while true {
            let reading = try connection.read(into: &contents, bound: &bound)
            // A return comes before its confirm, so it has to be noted first.
            for message in contents[0].takeReturns() { ledger.returned(message) }
            switch reading {
            case .dry: return true
            case .bounded: return false
            case .method(let method, let channel): try receive(method, channel: channel, connection)
            }
        }
    }

    private func receive(_ method: ServerMethod, channel: UInt16, _ connection: Connection) throws(BrokerError.Reason) {
        switch method {
        case .channelOpenOk: break
        case .confirmSelectOk:
            isReady = true
            renewal.ready(at: .now)
            life.succeeded()
        case .ack(let number, let multiple): settle(ledger.acknowledged(number, multiple: multiple))
        case .nack(let number, let multiple):
            settle(ledger.refused(number, multiple: multiple))
            renewal.refused(at: .now)
        case .blocked: isBlocked = true
        case .unblocked: isBlocked = false
        // The whole connection is given up. The next publication opens a fresh one.
        case .channelClose(let code, let text): try connection.confirmChannelClose(channel, code: code, text: text)
        case .connectionClose(let code, let text): try connection.confirmClose(code: code, text: text)
        case .qosOk, .consumeOk, .cancelOk, .declareOk, .channelCloseOk, .connectionCloseOk, .consumerCancelled, .getEmpty,
            .done, .unexpected:
            throw .protocolError("\(method) on channel \(channel)")
        }
    }

    /// Sends as much as the window allows, in rounds, so that the broker's answers are read in between. Returns `true` if there is more to send at
    /// once.
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
        guard let properties = MessageProperties.encoded(publication, as: connection.username, limit: connection.propertiesLimit) else {
            return settle([(next, .failure(.unpublishable("its properties cannot be read, or do not fit in a frame of this broker")))])
        }
        // It enters the ledger first: if sending fails, the broker may still have it.
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
        // They are in the order of their deadlines, because each call appends its publications.
        let late = waiting.prefix { $0.deadline <= now }
        waiting.removeFirst(late.count)
        settle(late.map { ($0, .failure(.timedOut)) })
    }
}
