public import Synchronization

/// Whether a ``Sleeper`` sleeps: who finds it awake has only to leave word, without a system call.
public enum WakeupState: UInt8, AtomicRepresentable, Sendable {
    /// It has not been woken since it last slept.
    case awake
    /// Somebody must wake it.
    case asleep
    /// It was woken, and must not fall asleep before it has looked.
    case notified
}
