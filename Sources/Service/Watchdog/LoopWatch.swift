/// Decides whether the service lives: each loop must have come round since the service manager was told so the last time.
struct LoopWatch<LoopID: Hashable & Sendable> {
    /// What a look at the loops shows.
    enum Verdict: Equatable {
        /// All have come round: the manager may be told.
        case alive
        /// These have not, or are seen for the first time.
        case unproven(Set<LoopID>)
    }

    /// How often each had come round when the manager was told, or when it was seen first.
    private var turns: [LoopID: UInt64] = [:]

    /// Looks at how often each loop has come round. Without any there is nothing that could live.
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
