internal import Messages
internal import Synchronization

/// Acknowledgements on their way from other threads to the broker's thread.
final class AcknowledgementQueue: Sendable {
    private let pending = Mutex<[Acknowledgement]>([])

    /// Adds them in order. Returns `true` if the queue was empty, so that the broker's thread must be woken.
    func append(_ list: [Acknowledgement]) -> Bool {
        pending.withLock { pending in
            defer { pending += list }
            return pending.isEmpty && !list.isEmpty
        }
    }

    /// Takes all of them out, and returns those that can still be sent, in order. On a new channel, the tags of an earlier session mean nothing or
    /// something else.
    func take(aliveIn session: (SubscriptionID) -> SessionID?) -> [Acknowledgement] {
        let taken = pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
        return taken.filter { session($0.processor) == $0.session }
    }
}
