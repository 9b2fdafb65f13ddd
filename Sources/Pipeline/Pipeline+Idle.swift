public import Mapping
internal import Synchronization

/// Waiting until everything is settled.
extension Pipeline {
    /// Returns when nothing is held any more. Cancel the consumers first, or it may never come to that.
    public func idle() async {
        await becomeIdle(nil)
    }

    /// Returns when nothing of this processor is held any more. Pause or remove its consumer first, or it may never come to that.
    public func idle(of processor: ProcessorIndex) async { await becomeIdle(processor) }

    /// Nothing of this processor is held.
    public func isIdle(_ processor: ProcessorIndex) -> Bool { hasNothing(of: processor) }

    private func becomeIdle(_ processor: ProcessorIndex?) async {
        await withCheckedContinuation { waiter in
            // Inside, so that nothing is released between the look and the list.
            guard !hasNothing(of: processor) else { return waiter.resume() }
            idleWaiters.append((processor, waiter))
        }
    }

    func releaseIdleWaiters() {
        guard !idleWaiters.isEmpty else { return }
        let released = idleWaiters.filter { hasNothing(of: $0.processor) }
        idleWaiters.removeAll { hasNothing(of: $0.processor) }
        for waiter in released { waiter.continuation.resume() }
    }

    private func hasNothing(of processor: ProcessorIndex?) -> Bool {
        guard let processor else { return machine.isIdle && feed.isEmpty && inbox.withLock(\.arrivals.isEmpty) }
        return machine.held(of: processor) == 0 && !feed.isHolding(processor)
            && !inbox.withLock { $0.arrivals.contains { $0.processor == processor } }
    }
}
