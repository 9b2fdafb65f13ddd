internal import Messages

/// Reads from an open connection, and acts for each channel.
extension Consumer {
    /// True if nothing is left to read.
    func read(_ connection: Connection) throws(BrokerError.Reason) -> Bool {
        var bound = ReadBound()
        while true {
            let reading: Reading
            do throws(BrokerError.Reason) {
                reading = try connection.read(into: &contents, bound: &bound)
            } catch {
                // Messages that were complete before the error can be written, though not acknowledged.
                try handOnDeliveries()
                throw error
            }
            try handOnDeliveries()
            switch reading {
            case .dry: return true
            case .bounded: return false
            case .method(let method, let channel): try receive(method, channel: channel, connection)
            }
        }
    }

    private func handOnDeliveries() throws(BrokerError.Reason) {
        for index in contents.indices where !contents[index].deliveries.isEmpty {
            if machines[index].isSubscribing {
                // They wait for `consume-ok`, and a broker sends no more of them than the prefetch.
                guard contents[index].deliveries.count <= subscriptions[index].prefetch else {
                    throw .protocolError("more deliveries than the prefetch of \(subscriptions[index].prefetch), and no consume-ok")
                }
                continue
            }
            let deliveries = contents[index].takeDeliveries()
            // After `cancel()`, and on a channel that is being closed, they return to the queue.
            guard cancelDeadline == nil, let session = machines[index].deliveringSession else { continue }
            do throws(ProtocolViolation) {
                try machines[index].delivered(deliveries)
            } catch {
                throw .protocolError(error.text)
            }
            if !machines[index].returnsFreely, deliveries.last?.tellsFreeReturns == true { machines[index].returnsFreely = true }
            proof.settled(index)
            handedOn += deliveries.count
            fullness = max(fullness, Double(deliveries.count) / Double(subscriptions[index].prefetch))
            onEvent(.deliveries(subscriptions[index].processor, session, deliveries))
        }
    }

    private func receive(_ method: ServerMethod, channel: UInt16, _ connection: Connection) throws(BrokerError.Reason) {
        switch method {
        case .connectionClose(let code, let text): try connection.confirmClose(code: code, text: text)
        // This only concerns publishers.
        case .blocked, .unblocked: return
        default: break
        }
        let index = Int(channel) - 1
        guard machines.indices.contains(index) else {
            guard channel == proofChannel(connection) else { throw .protocolError("\(method) on channel \(channel)") }
            return try receiveOnProofChannel(method, connection)
        }
        let actions: [SubscriptionMachine.Action]
        do throws(ProtocolViolation) {
            actions = try react(to: method, index: index)
        } catch {
            throw .protocolError(error.text)
        }
        try perform(actions, index: index, connection)
    }

    private func react(to method: ServerMethod, index: Int) throws(ProtocolViolation) -> [SubscriptionMachine.Action] {
        switch method {
        case .channelOpenOk, .qosOk: return []
        case .consumeOk:
            lastSession = SessionID(rawValue: lastSession.rawValue + 1)
            life.succeeded()
            return try machines[index].consumeOk(session: lastSession, now: .now)
        case .cancelOk: return machines[index].cancelOk(now: .now)
        case .consumerCancelled: return machines[index].cancelledByBroker(now: .now, random: .random(in: 0...1))
        case .channelClose(let code, let text):
            return machines[index].channelClosed(code: code, text: text, now: .now, random: .random(in: 0...1))
        case .channelCloseOk:
            machines[index].closeOk(now: .now)
            return []
        case .declareOk: return try machines[index].inquiryAccepted(now: .now, random: .random(in: 0...1))
        case .confirmSelectOk, .connectionCloseOk, .connectionClose, .blocked, .unblocked, .ack, .nack, .getEmpty,
            .done, .unexpected:
            throw ProtocolViolation("\(method) on channel \(index + 1)")
        }
    }

    func perform(_ actions: [SubscriptionMachine.Action], index: Int, _ connection: Connection) throws(BrokerError.Reason) {
        let (subscription, channel) = (subscriptions[index], UInt16(index + 1))
        for action in actions {
            switch action {
            case .inquire(let inquiry):
                contents[index] = ContentAssembly(.delivered)
                try connection.sendChannelOpen(channel)
                try connection.sendInquiry(inquiry, channel: channel, queue: subscription.queue)
            case .subscribe:
                // A channel that was closed in the middle of a message never sent its end.
                contents[index] = ContentAssembly(.delivered)
                let present = PresentConsumer(number: 1, prefetch: consumption.wanted.prefetch(of: subscription))
                consumers[index] = present
                try connection.sendSubscribe(channel: channel, queue: subscription.queue, prefetch: present.prefetch)
            case .consume:
                let present = PresentConsumer(
                    number: (consumers[index]?.number ?? 0) + 1, prefetch: consumption.wanted.prefetch(of: subscription))
                consumers[index] = present
                try connection.sendPrefetch(present.prefetch, channel: channel)
                try connection.sendConsume(channel: channel, queue: subscription.queue, number: present.number)
            case .giveBack: try connection.sendGiveBack(channel: channel)
            case .cancel:
                proof.settled(index)
                try connection.sendCancel(channel: channel, number: consumers[index]?.number ?? 1)
            case .closeChannel: try connection.sendChannelClose(channel)
            case .confirmClose: try connection.sendChannelCloseOk(channel)
            case .subscribed(let session):
                proof.subscribed(index, hasLetters: subscriptions[index].deadLetterQueue != nil, now: .now)
                onEvent(.subscribed(subscription.processor, session))
            case .resumed(let session):
                proof.subscribed(index, hasLetters: subscriptions[index].deadLetterQueue != nil, now: .now)
                onEvent(.resumed(subscription.processor, session))
            case .unsubscribed(let session, let reason):
                proof.settled(index)
                onEvent(.unsubscribed(subscription.processor, session, reason.map { error($0, connection, subscription) }))
            case .failed(let reason, let wait):
                onEvent(.subscribeFailed(subscription.processor, error(reason, connection, subscription), retryIn: wait))
            case .unanswered(let reason):
                // A quorum queue without a leader answers when it has one. Until then, other queues must not lose their channels again and again.
                guard machines.contains(where: \.isConsuming) else { throw reason }
                let error = error(reason, connection, subscription)
                onEvent(.subscribeFailed(subscription.processor, error, retryIn: SubscriptionMachine.answerTime))
            }
        }
    }

    func error(_ reason: BrokerError.Reason, _ connection: Connection, _ subscription: Subscription) -> BrokerError {
        BrokerError(reason, endpoint: connection.destination, queue: subscription.queue)
    }
}
