/// Decides whether the service is alive: each loop must have turned since the service manager was last notified.
struct LoopWatch<LoopID: Hashable & Sendable> {
    /// What a look at the loops shows.
    enum Verdict: Equatable {
        /// All loops have turned: the manager may be notified.
        case alive
        /// These have not, or are seen for the first time.
        case unproven(Set<LoopID>)
    }

    /// How often each had turned when the manager was last notified, or when the loop was first seen.
    private var turns: [LoopID: UInt64] = [:]

    /// Looks at how often each loop has turned. Without any loop nothing can be alive.
    mutating func look(at present: [LoopID: UInt64]) -> Verdict {
        let unproven = Set(present.filter { turns[$0.key] == nil || turns[$0.key] == $0.value }.keys)
        guard unproven.isEmpty, !present.isEmpty else {
            turns = turns.filter { present[$0.key] != nil }.merging(present) { told, _ in told }
            return .unproven(unproven)
        }
        turns = present
        return .alive
    }
}
