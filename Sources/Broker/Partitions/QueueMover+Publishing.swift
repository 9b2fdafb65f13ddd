internal import Messages
internal import Settings

/// Publishes over the connection that holds the lock.
extension QueueMover {
    /// The longest wait for all confirms of one bulk.
    private static let confirmTime: Duration = .seconds(30)
    /// After the broker has closed a channel because of a message, this many messages are published alone: as many as may have been published
    /// together.
    private static let aloneMessages = 128

    /// Publishes the messages in order. Returns how many the broker has confirmed, counted from the first, and why the next one is not among them.
    func publish(_ bulk: [Delivery], _ state: inout State) throws(BrokerError.Reason) -> (moved: Int, PublishFailure?) {
        var results = [Result<Void, PublishFailure>?](repeating: nil, count: bulk.count)
        do throws(BrokerError.Reason) {
            try send(bulk, &state, &results)
            try awaitConfirms(&state, &results)
        } catch {
            // The broker has closed only the channel, because of one of the messages.
            guard case .channelClosed(let code, let text) = error else { throw error }
            state.ledger = nil
            // If a message was published alone, it is the reason.
            let failure: PublishFailure =
                bulk.count == 1 ? .refused("\(code) \(text)") : .connection(BrokerError(error, endpoint: connection.destination))
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
            // Messages behind one that cannot be published would overtake it.
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
