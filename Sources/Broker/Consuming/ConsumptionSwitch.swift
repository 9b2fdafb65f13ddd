internal import Messages
internal import Synchronization

/// Whether a subscription should consume.
enum Consumption: Equatable {
    /// Deliveries.
    case on
    /// No further deliveries. Those that came are finished and acknowledged.
    case paused
    /// No deliveries. Unacknowledged ones return to their queue.
    case givenUp
}

/// Whether each subscription should consume. The reasons are independent: a pause outlives the end of an outage, and an outage the end of a pause.
struct WantedConsumption: Equatable {
    /// Processors that take less than their prefetch, because something that they need to settle a delivery is missing or not known to exist.
    var limited: [SubscriptionID: Consuming] = [:]
    /// An administrator has paused these.
    var paused: Set<SubscriptionID> = []
    /// These have finished their deliveries after a pause, and no longer need their channels.
    var released: Set<SubscriptionID> = []

    /// The strictest reason wins.
    subscript(processor: SubscriptionID) -> Consumption {
        let limit = limited[processor] ?? .on
        if limit == .off || released.contains(processor) { return .givenUp }
        return limit == .kept || paused.contains(processor) ? .paused : .on
    }

    /// How many deliveries the broker may have outstanding with Warren.
    func prefetch(of subscription: Subscription) -> UInt16 {
        limited[subscription.processor] == .trial && subscription.mayBeTried
            ? min(Consuming.trialPrefetch, subscription.prefetch) : subscription.prefetch
    }
}

/// Passes ``WantedConsumption`` from other threads to the broker's thread.
final class ConsumptionSwitch: Sendable {
    private let state = Mutex<(wanted: WantedConsumption, hasChanged: Bool)>((WantedConsumption(), false))

    /// The latest value.
    var wanted: WantedConsumption { state.withLock(\.wanted) }

    /// Returns `true` if `change` changes anything, so that the broker's thread must be woken.
    func set(_ change: (inout WantedConsumption) -> Void) -> Bool {
        state.withLock { state in
            let before = state.wanted
            change(&state.wanted)
            guard state.wanted != before else { return false }
            state.hasChanged = true
            return true
        }
    }

    /// The value, or `nil` if it has not changed since the last call.
    func takeChange() -> WantedConsumption? {
        state.withLock { state in
            guard state.hasChanged else { return nil }
            state.hasChanged = false
            return state.wanted
        }
    }
}
