internal import Messages
internal import Synchronization

/// Acknowledgements on their way from any thread to the broker's.
final class AcknowledgementQueue: Sendable {
    private let pending = Mutex<[Acknowledgement]>([])

    /// Adds them in order; true if the queue was empty, so that somebody must be woken.
    func append(_ list: [Acknowledgement]) -> Bool {
        pending.withLock { pending in
            defer { pending += list }
            return pending.isEmpty && !list.isEmpty
        }
    }

    /// Those that can still be sent, in order, leaving none. The tags of a session that is over mean nothing on a new channel, or something else.
    func take(aliveIn session: (SubscriptionID) -> SessionID?) -> [Acknowledgement] {
        let taken = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        return taken.filter { session($0.processor) == $0.session }
    }
}
