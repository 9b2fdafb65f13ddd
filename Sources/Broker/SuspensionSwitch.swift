internal import Mapping
internal import Synchronization

/// Which processors are not to be consumed for now, told from any thread to the broker's.
final class SuspensionSwitch: Sendable {
    private let state = Mutex<(suspended: Set<ProcessorIndex>, hasChanged: Bool)>(([], false))

    /// True if that changes anything, so that somebody must be woken.
    func set(_ processors: some Sequence<ProcessorIndex>, isSuspended: Bool) -> Bool {
        state.withLock { state in
            let before = state.suspended
            if isSuspended { state.suspended.formUnion(processors) } else { state.suspended.subtract(processors) }
            guard state.suspended != before else { return false }
            state.hasChanged = true
            return true
        }
    }

    /// All that are suspended; nil if nothing has changed since the last time.
    func takeChange() -> Set<ProcessorIndex>? {
        state.withLock { state in
            guard state.hasChanged else { return nil }
            state.hasChanged = false
            return state.suspended
        }
    }
}
