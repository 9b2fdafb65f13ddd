internal import HeapModule
internal import Messages

/// Deliveries come in, and are dropped when their channel closes.
extension PipelineMachine {
    mutating func subscribe(_ processor: SubscriptionID, _ session: SessionID) {
        processors[processor].session = session
        // What was delivered before was returned for a reason that could not wait.
        parting.remove(processor)
        processors[processor].highestReturns = 0
        processors[processor].setAside = nil
        processors[processor].ledger = AcknowledgementLedger(prefetch: processors[processor].prefetch)
    }

    mutating func receive(
        _ processor: SubscriptionID, _ session: SessionID, _ messages: [(Delivery, Result<PlannedWrite, Refusal>)],
        at now: ContinuousClock.Instant
    ) {
        guard processors[processor].session == session else { return }
        hotDocuments.arrived(at: now)
        processors[processor].counters.received += messages.count
        var near = NearLimit()
        for (delivery, plan) in messages {
            if delivery.redelivered {
                let returns = countedReturns(delivery)
                processors[processor].returns.add(returns)
                near.add(returns, processors[processor].limit)
            }
            processors[processor].ledger.received(delivery.tag)
            switch plan {
            case .success(let write):
                let (slot, isFirst) = lanes.add(write, session: session, at: nanoseconds)
                if isFirst { leave(slot, write, at: now) }
            case .failure(let refusal):
                park(processor, session, delivery, refusal, attempts: 0, Subject(receivedNanoseconds: nanoseconds))
            }
        }
        if near.count > 0 { tell(near, of: processor) }
    }

    /// Tags are void once their channel is closed: writes that were not sent are dropped, because RabbitMQ delivers them again; writes in flight are
    /// finished without an acknowledgement.
    mutating func unsubscribe(_ processor: SubscriptionID, _ session: SessionID, isLost: Bool, at now: ContinuousClock.Instant) {
        guard processors[processor].session == session else { return }
        let trouble = trouble(of: processor)
        (processors[processor].session, processors[processor].setAside) = (nil, nil)
        parting.remove(processor)
        defer { channelGone(processor, trouble, isLost: isLost, at: now) }
        let (dropped, newFirst) = lanes.drop { $0.write.processor == processor && $0.session == session }
        processors[processor].counters.returned += dropped.count
        forget(dropped)
        for slot in newFirst { proceed(slot) }
        parking.drop { $0.processor == processor && $0.session == session }
        loop.drop(processor, session)
    }

    /// Removes these writes from wherever they wait.
    mutating func forget(_ dropped: Set<Lanes.Slot>) {
        queue.remove(dropped)
        investigations.forget(dropped)
        onwardQueue.remove(dropped)
        hotDocuments.remove(dropped)
        delayed = Heap(delayed.unordered.filter { !dropped.contains($0.slot) })
    }

    /// Sends a message to the dead-letter queue, or back to RabbitMQ for the queue's own dead-letter exchange.
    ///
    /// With `slot` it keeps its lane until it is parked.
    mutating func park(
        _ processor: SubscriptionID, _ session: SessionID, _ delivery: Delivery, _ refusal: Refusal, attempts: Int, _ subject: Subject,
        slot: Lanes.Slot? = nil
    ) {
        guard processors[processor].session == session else { return }
        guard !parks, let wait = RejectionLoop.wait(turns: rejections(delivery, processor)) else {
            actions.append(.note(.refused(processor, delivery, key: subject.key, refusal, attempts: attempts)))
            decided(processor, delivery, subject, .refused, detail: refusal.description)
            if parks {
                parking.add(processor, session, delivery, refusal, attempts: attempts, subject, slot: slot)
            } else {
                decided(processor, delivery, subject, .parked, detail: refusal.reason.rawValue)
                processors[processor].ledger.reject(delivery.tag)
                reject(processor, session, delivery.tag)
            }
            return
        }
        decided(processor, delivery, subject, .refused, detail: refusal.description)
        let turns = rejections(delivery, processor)
        // Deliveries settled behind it must not wait for it, and no acknowledgement may cover it.
        processors[processor].ledger.setAside(delivery.tag)
        let isNew = loop.add(.init(until: now + wait, processor: processor, session: session, tag: delivery.tag), at: now)
        actions.append(.note(.rejectedInCircle(processor, delivery, refusal, turns: turns, nextIn: wait, isNew: isNew)))
    }

    /// Refuses a delivery to RabbitMQ, for the queue's own dead-letter exchange.
    mutating func reject(_ processor: SubscriptionID, _ session: SessionID, _ tag: DeliveryTag) {
        guard processors[processor].session == session else { return }
        processors[processor].counters.parked += 1
        actions.append(.acknowledge([Acknowledgement(processor: processor, session: session, kind: .reject([tag]))]))
    }

    /// Handles the result of a bulk of dead letters.
    ///
    /// One that can never be published stays with RabbitMQ, unacknowledged, until its channel is closed; Warren holds none of its bytes.
    mutating func settleParking(_ processor: SubscriptionID, _ results: [Int: ParkFailure], at now: ContinuousClock.Instant) {
        let (parked, unparkable, failure) = parking.settle(processor, results, at: now, delay: &delay)
        for order in parked where processors[order.processor].session == order.session {
            processors[order.processor].counters.parked += 1
            decided(order.processor, order.delivery, order.subject, .parked, detail: order.refusal.reason.rawValue)
            processors[order.processor].ledger.settle(order.delivery.tag)
            if order.refusal.reason != .deliveryLimit { passed(order.processor) }
            if let slot = order.slot { release(slot) }
        }
        for (order, text) in unparkable where processors[order.processor].session == order.session {
            processors[order.processor].ledger.setAside(order.delivery.tag)
            if let slot = order.slot { release(slot) }
            let count = (processors[order.processor].setAside?.count ?? 0) + 1
            processors[order.processor].setAside = StandingFaults.SetAside(count: count, text: text)
            actions.append(.note(.setAside(order.processor, order.delivery, text)))
        }
        parking.drop { processors[$0.processor].session != $0.session }
        if let failure { actions.append(.note(.parkingFailed(processor, failure.text, retryIn: failure.wait))) }
    }
}
