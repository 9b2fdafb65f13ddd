public import Messages

/// Pauses, adds and removes subscriptions while the others are consumed.
extension Consumer {
    /// A caller that waits for the broker's confirmation.
    struct Waiter {
        enum Wish {
            /// The broker delivers nothing more to this processor.
            case noDeliveries(SubscriptionID)
            /// The channel of this subscription is closed.
            case noChannel(Int)
        }
        let wish: Wish
        let continuation: CheckedContinuation<Void, Never>
    }

    /// Pauses or resumes these processors. From any thread; never blocks. A pause outlives the connection.
    ///
    /// A pause cancels the consumer. Deliveries that come before the broker confirms that are handed on, and the channel stays open, so that all of
    /// them can be acknowledged. If the queue hands over, the consumer stays, and further deliveries are left to the next consumer: see
    /// ``release(_:)``. After the pause the same session continues, if its channel is still open.
    public nonisolated func setPaused(_ isPaused: Bool, processors: some Sequence<SubscriptionID>) {
        let hasChanged = consumption.set {
            if isPaused {
                $0.paused.formUnion(processors)
            } else {
                $0.paused.subtract(processors)
                $0.released.subtract(processors)
            }
        }
        if hasChanged { poller.nudge() }
    }

    /// After a pause: returns when the broker delivers nothing more to this processor and all deliveries were handed on, or when the processor is no
    /// longer paused.
    public func deliveriesEnded(of processor: SubscriptionID) async { await wait(.noDeliveries(processor)) }

    /// After a pause: sends the acknowledgements that were handed over before, and closes the channel. Unacknowledged deliveries return to the queue,
    /// and the next consumer of a queue with single active consumer begins. Returns when the broker has confirmed that, or the connection is gone.
    /// The end of the pause undoes it, with a new session.
    public func release(_ processor: SubscriptionID) async {
        guard let index = indexOfProcessor[processor] else { return }
        let isEnding = cancelDeadline != nil
        // A processor that was resumed meanwhile stays subscribed.
        let hasChanged = consumption.set { wanted in
            if isEnding || wanted.paused.contains(processor) { wanted.released.insert(processor) }
        }
        if hasChanged { poller.nudge() }
        guard consumption.wanted.released.contains(processor) else { return }
        await wait(.noChannel(index))
    }

    /// Consumes one more queue, for a processor that has none. The others are not affected.
    public func add(_ subscription: Subscription) {
        precondition(indexOfProcessor[subscription.processor] == nil, "each processor has one subscription")
        let index: Int
        if let vacancy = vacancies.first(where: { !isChannelInUse($0) }) {
            vacancies.remove(vacancy)
            subscriptions[vacancy] = subscription
            machines[vacancy].handsOver = handsOver[subscription.queue] ?? subscription.handsOver
            machines[vacancy].inquires = subscription.needsDeadLetterExchange
            index = vacancy
        } else {
            index = subscriptions.count
            subscriptions.append(subscription)
            let handsOver = handsOver[subscription.queue] ?? subscription.handsOver
            machines.append(SubscriptionMachine(handsOver: handsOver, inquires: subscription.needsDeadLetterExchange))
            contents.append(ContentAssembly(.delivered))
        }
        indexOfProcessor[subscription.processor] = index
        hasNewSubscriptions = true
        poller.nudge()
    }

    /// Sets whether this queue can be handed over in one step: see ``Subscription/handsOver``. Holds for later subscriptions too.
    public func setHandsOver(_ isOn: Bool, queue: String) {
        handsOver[queue] = isOn
        for index in machines.indices where subscriptions[index].queue == queue { machines[index].handsOver = isOn }
    }

    /// Stops consuming this processor's queue: sends the acknowledgements that were handed over before, and closes the channel, so that
    /// unacknowledged deliveries return. The event is `unsubscribed`. Returns when the broker has confirmed it, or the connection is gone.
    public func remove(_ processor: SubscriptionID) async {
        guard let index = indexOfProcessor[processor] else { return }
        vacancies.insert(index)
        proof.removed(index)
        hasNewSubscriptions = true
        poller.nudge()
        await wait(.noChannel(index))
        indexOfProcessor[processor] = nil
        setPaused(false, processors: [processor])
    }

    /// True until ``remove(_:)`` has returned.
    public func hasSubscription(_ processor: SubscriptionID) -> Bool { indexOfProcessor[processor] != nil }

    func releaseWaiters() {
        guard !waiters.isEmpty else { return }
        let satisfied = waiters.filter { isSatisfied($0.wish) }
        waiters.removeAll { isSatisfied($0.wish) }
        for waiter in satisfied { waiter.continuation.resume() }
    }

    private func wait(_ wish: Waiter.Wish) async {
        await withCheckedContinuation { continuation in
            // The check is inside, so that no turn of the loop comes between it and the list.
            guard !isSatisfied(wish) else { return continuation.resume() }
            waiters.append(Waiter(wish: wish, continuation: continuation))
        }
    }

    private func isSatisfied(_ wish: Waiter.Wish) -> Bool {
        switch wish {
        case .noDeliveries(let processor):
            consumption.wanted[processor] == .on || indexOfProcessor[processor].map { !machines[$0].mayStillDeliver } ?? true
        case .noChannel(let index):
            // After the end of a pause there is a new channel.
            !isChannelInUse(index) || (!vacancies.contains(index) && consumption.wanted[subscriptions[index].processor] == .on)
        }
    }

    private func isChannelInUse(_ index: Int) -> Bool { machines[index].isChannelOpen || machines[index].isChannelClosing }
}
