internal import Synchronization

/// A processor that an administrator has paused, or is draining. It lasts until it is resumed or the process ends.
struct Pause: Sendable, Equatable {
    /// Draining: it is still to finish what it holds; then it is paused.
    enum State: Sendable, Equatable {
        /// It accepts nothing new, and finishes what it holds.
        case draining
        /// It accepts nothing new. What it held when it was paused is still finished.
        case paused
    }

    /// Which of both.
    let state: State
    /// Since when it is in this state.
    let since: ClockReading

    /// Asked for now.
    init(_ state: State, since: ClockReading = .now) {
        self.state = state
        self.since = since
    }
}

/// Which processors administrators have paused, by name, so that a pause outlives reloads. Nothing else stores it: what a consumer accepts, what an
/// engine begins with and what status shows follow from it.
final class ProcessorPauses: Sendable {
    private let list = Mutex<[String: Pause]>([:])

    /// The pause of this processor; `nil` if it has none.
    subscript(name: String) -> Pause? {
        get { list.withLock { $0[name] } }
        set { list.withLock { $0[name] = newValue } }
    }

    /// All of them.
    var all: [String: Pause] { list.withLock { $0 } }

    /// Forgets those of processors that are not among these.
    func keep(_ names: Set<String>) { list.withLock { list in list = list.filter { names.contains($0.key) } } }
}

/// Why a processor is not changed.
public enum ProcessorRefusal: Error, Sendable, Equatable {
    /// No processor has this name; `known` are the names that exist.
    case unknown(String, known: [String])
    /// A pause would delete, or might delete, a queue with what waits in it. Says why, and what to do.
    case destroysQueue(String)
}
