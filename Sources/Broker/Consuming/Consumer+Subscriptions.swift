public import Messages

/// Subscriptions that are paused, come and go while the others are consumed.
extension Consumer {
    /// Somebody who waits for the broker's word.
    struct Waiter {
        enum Wish {
            /// Nothing more is delivered to this processor.
            case noDeliveries(SubscriptionID)
            /// The channel of this place is closed.
            case noChannel(Int)
        }
        let wish: Wish
        let continuation: CheckedContinuation<Void, Never>
    }

    /// Pauses these processors, or lets them go on. From any thread; never blocks. A pause outlives the connection.
    ///
    /// Paused: the consumer is cancelled, or, of a queue that is handed over, what it still brings is left to the next one: see
    /// ``release(_:)``. What the broker sends until it has confirmed that is handed on, and the channel stays open, so that
    /// everything which came can be acknowledged. Going on, the same session goes on, if the channel still lives.
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

    /// After a pause: returns when the broker delivers nothing more to this processor, all that came having been handed on; or when it is no longer
    /// paused.
    public func deliveriesEnded(of processor: SubscriptionID) async { await wait(.noDeliveries(processor)) }

    /// After a pause: closes the channel, so that what is unacknowledged returns, after the acknowledgements that were handed over before, and the
    /// next consumer of a queue with a single active one begins. Returns when the broker has confirmed that, or the connection is gone. Undone by
    /// the end of the pause, which begins a new session.
    public func release(_ processor: SubscriptionID) async {
        guard let place = indexOfProcessor[processor] else { return }
        let isEnding = cancelDeadline != nil
        // One that goes on again meanwhile is not ours to end.
        let hasChanged = consumption.set { wanted in
            if isEnding || wanted.paused.contains(processor) { wanted.released.insert(processor) }
        }
        if hasChanged { poller.nudge() }
        guard consumption.wanted.released.contains(processor) else { return }
        await wait(.noChannel(place))
    }

    /// Consumes one queue more, for a processor that has none. The others go on as they are.
    public func add(_ subscription: Subscription) {
        precondition(indexOfProcessor[subscription.processor] == nil, "each processor has one subscription")
        let place: Int
        if let vacancy = vacancies.first(where: { !isChannelInUse($0) }) {
            vacancies.remove(vacancy)
            subscriptions[vacancy] = subscription
            machines[vacancy].handsOver = handsOver[subscription.queue] ?? subscription.handsOver
            machines[vacancy].inquires = subscription.needsDeadLetterExchange
            place = vacancy
        } else {
            place = subscriptions.count
            subscriptions.append(subscription)
            let handsOver = handsOver[subscription.queue] ?? subscription.handsOver
            machines.append(SubscriptionMachine(handsOver: handsOver, inquires: subscription.needsDeadLetterExchange))
            contents.append(ContentAssembly(.delivered))
        }
        indexOfProcessor[subscription.processor] = place
        hasNewPlaces = true
        poller.nudge()
    }

    /// Whether this queue can be handed over in one step, as has been found out: see ``Subscription/handsOver``. Holds for later subscriptions too.
    public func setHandsOver(_ isOn: Bool, queue: String) {
        handsOver[queue] = isOn
        for index in machines.indices where subscriptions[index].queue == queue { machines[index].handsOver = isOn }
    }

    /// Consumes this processor's queue no longer: closes its channel, so that what is unacknowledged returns, after the acknowledgements that were
    /// handed over before; `unsubscribed` tells it. Returns when the broker has confirmed that, or the connection is gone.
    public func remove(_ processor: SubscriptionID) async {
        guard let place = indexOfProcessor[processor] else { return }
        vacancies.insert(place)
        proof.removed(place)
        hasNewPlaces = true
        poller.nudge()
        await wait(.noChannel(place))
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
            // Inside, so that the loop does not come round between the look and the list.
            guard !isSatisfied(wish) else { return continuation.resume() }
            waiters.append(Waiter(wish: wish, continuation: continuation))
        }
    }

    private func isSatisfied(_ wish: Waiter.Wish) -> Bool {
        switch wish {
        case .noDeliveries(let processor):
            consumption.wanted[processor] == .on || indexOfProcessor[processor].map { !machines[$0].mayStillDeliver } ?? true
        case .noChannel(let place):
            // A pause that has ended has a new channel.
            !isChannelInUse(place) || (!vacancies.contains(place) && consumption.wanted[subscriptions[place].processor] == .on)
        }
    }

    private func isChannelInUse(_ place: Int) -> Bool { machines[place].isChannelOpen || machines[place].isChannelClosing }
}
