internal import Messages
internal import Settings

/// Publishing over the connection that holds the lock.
extension QueueMover {
    /// For all confirms of one bulk.
    private static let confirmTime: Duration = .seconds(30)
    /// After the broker has closed a channel over a message, as many go alone as may have been published with it.
    private static let aloneMessages = 128

    /// Publishes them in their order. Returns how many from the first on the broker has confirmed, and why the next one is not among them.
    func publish(_ bulk: [Delivery], _ state: inout State) throws(BrokerError.Reason) -> (moved: Int, PublishFailure?) {
        var results = [Result<Void, PublishFailure>?](repeating: nil, count: bulk.count)
        do throws(BrokerError.Reason) {
            try send(bulk, &state, &results)
            try awaitConfirms(&state, &results)
        } catch {
            // The broker has closed the channel over one of them, and nothing else.
            guard case .channelClosed(let code, let text) = error else { throw error }
            state.ledger = nil
            // Only of one that went alone it is known over which.
            let failure: PublishFailure =
                bulk.count == 1 ? .refused("\(code) \(text)") : .connection(BrokerError(error, endpoint: connection.place))
            state.alone = Self.aloneMessages
            for index in results.indices where results[index] == nil { results[index] = .failure(failure) }
        }
        var moved = 0
        for result in results {
            switch result {
            case .success?: moved += 1
            case .failure(let failure)?: return (moved, failure)
            case nil: return (moved, .timedOut)
            }
        }
        state.alone = max(0, state.alone - moved)
        return (moved, nil)
    }

    private func send(
        _ bulk: [Delivery], _ state: inout State, _ results: inout [Result<Void, PublishFailure>?]
    ) throws(BrokerError.Reason) {
        if state.ledger == nil {
            try connection.openChannel(Self.publishChannel)
            try connection.selectConfirms(channel: Self.publishChannel)
            state.ledger = ConfirmLedger()
        }
        let deadline = ContinuousClock.now + Self.confirmTime
        for (index, delivery) in bulk.enumerated() {
            let publication = Publication(
                exchange: names.hash, routingKey: delivery.route.routingKey, body: delivery.body,
                encodedProperties: delivery.encodedProperties,
                unreadable: delivery.unreadable, headers: [])
            let properties = MessageProperties.encoded(publication, as: connection.username, limit: connection.propertiesLimit)
            // Behind one that cannot be published nothing is: it would overtake it.
            guard let properties else {
                results[index] = .failure(.unpublishable("its properties cannot be read, or do not fit in a frame of this broker"))
                return
            }
            state.ledger?.sent(
                index, route: Route(exchange: names.hash, routingKey: publication.routingKey), body: publication.body,
                properties: properties,
                deadline: deadline)
            try connection.publish(
                exchange: names.hash, routingKey: publication.routingKey, properties: properties, body: publication.body,
                channel: Self.publishChannel)
        }
    }

    private func awaitConfirms(_ state: inout State, _ results: inout [Result<Void, PublishFailure>?]) throws(BrokerError.Reason) {
        guard var ledger = state.ledger else { return }
        defer { state.ledger = ledger }
        while ledger.count > 0 {
            let deadline = ledger.deadline ?? .now
            let method: ServerMethod?
            do throws(BrokerError.Reason) {
                // A return comes before its confirm.
                method = try connection.nextMethod(until: deadline, Self.confirmTime) {
                    for message in connection.contents[Int(Self.publishChannel) - 1].takeReturns() { ledger.returned(message) }
                } while: {
                    true
                }
            } catch {
                guard case .timedOut = error else { throw error }
                method = nil
            }
            let settled: [ConfirmLedger<Int>.Settlement]
            switch method {
            case .ack(let number, let multiple)?: settled = ledger.acknowledged(number, multiple: multiple)
            case .nack(let number, let multiple)?: settled = ledger.refused(number, multiple: multiple)
            case nil: settled = ledger.expired(now: .now)
            case let method?: throw .protocolError("\(method) as an answer to basic.publish")
            }
            for (index, result) in settled { results[index] = result }
        }
    }
}

extension Connection {
    fileprivate func selectConfirms(channel: UInt16) throws(BrokerError.Reason) {
        var contents: [ContentAssembly] = []
        swap(&contents, &self.contents)
        defer { swap(&contents, &self.contents) }
        try sendConfirmSelect(channel: channel)
        guard case .method(.confirmSelectOk, channel) = try answer(into: &contents, within: Self.connectTime) else {
            throw .protocolError("no answer to confirm.select")
        }
    }
}
