public import FoundationEssentials

/// A processor that an administrator has paused, or is draining. It lasts until it is resumed or the process ends.
public struct Pause: Sendable, Equatable {
    /// Draining: it is still to finish what it holds; then it is paused.
    public enum State: Sendable, Equatable {
        /// It takes nothing new, and finishes what it holds.
        case draining
        /// It takes nothing new. What it held when it was paused is finished all the same.
        case paused
    }

    /// Which of both.
    public internal(set) var state: State
    /// Since when it is in this state.
    public internal(set) var since: Date
}

/// Why a processor is not changed.
public enum ProcessorRefusal: Error, Sendable, Equatable {
    /// No processor has this name; those there are.
    case unknown(String, known: [String])
    /// A pause would delete, or might delete, a queue with what waits in it. Says why, and what to do.
    case destroysQueue(String)
}
