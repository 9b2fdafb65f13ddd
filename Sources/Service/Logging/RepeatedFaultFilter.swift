internal import Broker
internal import Messages
internal import Synchronization

/// Faults of the broker that are there again at every try: each is worth a word when it begins, and again after it was over.
final class RepeatedFaultFilter: Sendable {
    /// Different faults remembered of one processor; with several endpoints they take turns.
    private static let longest = 16

    /// By processor; `nil` for the connection.
    private let faults = Mutex<[SubscriptionID?: [BrokerError]]>([:])

    /// Returns true if the fault is new.
    func begins(_ fault: BrokerError, of processor: SubscriptionID?) -> Bool {
        faults.withLock { faults in
            guard faults[processor]?.contains(fault) != true else { return false }
            faults[processor] = (faults[processor] ?? []).suffix(Self.longest - 1) + [fault]
            return true
        }
    }

    /// Ends all faults of this processor.
    func end(of processor: SubscriptionID?) {
        faults.withLock { $0[processor] = nil }
    }
}
