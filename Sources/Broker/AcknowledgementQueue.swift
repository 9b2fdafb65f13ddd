internal import Mapping
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

    /// All of them, in order, leaving none.
    func take() -> [Acknowledgement] {
        pending.withLock { pending in
            defer { pending = [] }
            return pending
        }
    }
}
