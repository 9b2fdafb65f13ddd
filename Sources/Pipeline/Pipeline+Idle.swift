public import Messages
internal import Synchronization

/// What a caller waits for.
enum IdleWish {
    /// Nothing is held.
    case all
    /// Nothing of this processor is held.
    case processor(SubscriptionID)
    /// No dead letter of this processor waits for its confirmation, nor anything else for an answer; or its queue takes no dead letters.
    case parked(SubscriptionID)
}

/// Waiting until everything is settled.
extension Pipeline {
    /// Returns when nothing is held any more, or ``run()`` has ended. Cancel the consumers first, or it may never come to that.
    public func idle() async { await wait(for: .all) }

    /// Returns when nothing of this processor is held any more. Pause or remove its consumer first, or it may never come to that.
    public func idle(of processor: SubscriptionID) async { await wait(for: .processor(processor)) }

    /// Before what is held of this processor is returned: parks what RabbitMQ would drop then, see ``DeliveryLimit``. Returns when that is confirmed, or
    /// fails.
    public func part(with processor: SubscriptionID) async {
        guard machine.processors.indices.contains(processor) else { return }
        perform([.returning(processor)])
        await wait(for: .parked(processor))
    }

    /// Nothing of this processor is held.
    public func isIdle(_ processor: SubscriptionID) -> Bool { isGranted(.processor(processor)) }

    private func wait(for wish: IdleWish) async {
        await withCheckedContinuation { waiter in
            // Inside, so that nothing is released between the check and the list.
            guard !hasEnded, !isGranted(wish) else { return waiter.resume() }
            idleWaiters.append((wish, waiter))
        }
    }

    func releaseIdleWaiters() {
        guard !idleWaiters.isEmpty else { return }
        let released = idleWaiters.filter { isGranted($0.wish) }
        idleWaiters.removeAll { isGranted($0.wish) }
        for waiter in released { waiter.continuation.resume() }
    }

    private func isGranted(_ wish: IdleWish) -> Bool {
        switch wish {
        case .all: machine.isIdle && intake.isEmpty && inbox.withLock(\.arrivals.isEmpty)
        // A reload announces new subscriptions to others a moment before the pipeline.
        case .processor(let processor) where !machine.processors.indices.contains(processor): true
        case .processor(let processor):
            machine.held(of: processor) == 0 && !machine.parking.isSending(of: processor) && !intake.isHolding(processor)
                && !inbox.withLock { $0.arrivals.contains { $0.processor == processor } }
        case .parked(let processor):
            machine.parking.failingSince(processor) != nil
                || machine.parking.count(of: processor) == 0 && !machine.awaitsAnswer(of: processor)
        }
    }
}
