internal import Synchronization

/// Answers many callers with one look, and leaves time between two looks: the part that is looked at, such as the pipeline on its thread, spends a
/// bounded share of its time on it, however often clients ask.
///
/// A look begins after all its callers have asked, so no caller gets an older state.
final class CoalescedQueries<Query: Hashable & Sendable, Answer: Sendable>: Sendable {
    private struct State {
        var waiting: [(query: Query, continuation: CheckedContinuation<Answer, Never>)] = []
        var isLooking = false
        /// No look begins before this time.
        var next = ContinuousClock.now
    }

    /// The pause after a look is this many times as long: looks take a twentieth of the time at most, unless one takes more than 26 ms: then the
    /// pause is ``longestPause``.
    static var pauseFactor: Int { 19 }
    /// The shortest pause: a short look costs waking a thread.
    static var shortestPause: Duration { .milliseconds(20) }
    /// The longest pause, because people wait.
    static var longestPause: Duration { .milliseconds(500) }

    private let state = Mutex(State())
    private let look: @Sendable ([Query]) async -> [Query: Answer]

    /// `look` answers all queries that it is given.
    init(_ look: @escaping @Sendable ([Query]) async -> [Query: Answer]) { self.look = look }

    /// The answer as of now or a little later.
    func answer(_ query: Query) async -> Answer {
        await withCheckedContinuation { continuation in
            let begins = state.withLock { state in
                state.waiting.append((query, continuation))
                defer { state.isLooking = true }
                return !state.isLooking
            }
            if begins { Task { await work() } }
        }
    }

    private func work() async {
        while true {
            let next = state.withLock(\.next)
            // This task is never cancelled.
            if next > .now { try? await Task.sleep(until: next, clock: .continuous) }
            let asked = state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isLooking = false }
                return state.waiting
            }
            guard !asked.isEmpty else { return }
            let began = ContinuousClock.now
            let answers = await look(Array(Set(asked.map(\.query))))
            let pause = min(max((.now - began) * Self.pauseFactor, Self.shortestPause), Self.longestPause)
            state.withLock { $0.next = .now + pause }
            for (query, continuation) in asked {
                guard let answer = answers[query] else { preconditionFailure("a look answers all that it is asked") }
                continuation.resume(returning: answer)
            }
        }
    }
}

extension CoalescedQueries where Query == Always {
    /// A look whose result is the same for every caller.
    convenience init(_ look: @escaping @Sendable () async -> Answer) { self.init { _ in [Always(): await look()] } }

    /// The answer as of now or a little later.
    func answer() async -> Answer { await answer(Always()) }
}

/// The only question.
struct Always: Hashable, Sendable {}
