internal import Messages
internal import Synchronization

/// What is wanted of one subscription.
enum Consumption: Equatable {
    /// Deliveries.
    case on
    /// No further deliveries; those that came are finished and acknowledged.
    case paused
    /// No deliveries, and those that are not acknowledged go back to their queue.
    case givenUp
}

/// What is wanted of all of them. Reasons that do not undo each other: a pause outlives the end of an outage, and an
/// outage the end of a pause.
struct WantedConsumption: Equatable {
    /// Those that take less than their prefetch allows, because what they need to settle a delivery is missing, or not known to be there.
    var limited: [SubscriptionID: Consuming] = [:]
    /// An administrator has paused these.
    var paused: Set<SubscriptionID> = []
    /// These have finished what they held after a pause, and their channels are no longer needed.
    var released: Set<SubscriptionID> = []

    /// The reason that asks for more wins.
    subscript(processor: SubscriptionID) -> Consumption {
        let limit = limited[processor] ?? .on
        if limit == .off || released.contains(processor) { return .givenUp }
        return limit == .kept || paused.contains(processor) ? .paused : .on
    }

    /// How many deliveries the broker may have outstanding with us.
    func prefetch(of subscription: Subscription) -> UInt16 {
        limited[subscription.processor] == .trial && subscription.mayBeTried
            ? min(Consuming.trialPrefetch, subscription.prefetch) : subscription.prefetch
    }
}

/// ``WantedConsumption``, told from any thread to the broker's.
final class ConsumptionSwitch: Sendable {
    private let state = Mutex<(wanted: WantedConsumption, hasChanged: Bool)>((WantedConsumption(), false))

    /// What was wanted last.
    var wanted: WantedConsumption { state.withLock(\.wanted) }

    /// True if `change` changes anything, so that somebody must be woken.
    func set(_ change: (inout WantedConsumption) -> Void) -> Bool {
        state.withLock { state in
            let before = state.wanted
            change(&state.wanted)
            guard state.wanted != before else { return false }
            state.hasChanged = true
            return true
        }
    }

    /// What is wanted; nil if nothing has changed since the last time.
    func takeChange() -> WantedConsumption? {
        state.withLock { state in
            guard state.hasChanged else { return nil }
            state.hasChanged = false
            return state.wanted
        }
    }
}
