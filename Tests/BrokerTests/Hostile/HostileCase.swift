import HostileBroker
import Testing

/// One conversation with a hostile broker: over what, when, and what it does.
struct HostileCase: Sendable, CustomTestStringConvertible {
    let usesTLS: Bool
    let moment: Moment
    let placement: Mischief.Placement
    let ending: Mischief.Ending
    let mutation: Mutation

    var mischief: Mischief { Mischief(placement, moment, ending: ending, mutation.bytes) }

    /// What has to come of it. Up to the login's end librabbitmq reads, which has other words for it, and passes over types that it does not know.
    var verdict: Mutation.Verdict {
        guard [.start, .tune, .openOk].contains(moment), mutation.verdict == .violation else { return mutation.verdict }
        return placement == .instead ? .ended : mutation.isWellFramed ? .open : .violation
    }

    var testDescription: String { "\(usesTLS ? "TLS" : "plain"), \(placement) \(moment), \(ending): \(mutation.name)" }

    /// Each mutation at each moment, plain and over TLS.
    static func all(
        _ mutations: [Mutation], _ moments: [(Mischief.Placement, Moment)], ending: Mischief.Ending = .carryOn
    ) -> [HostileCase] {
        [false, true].flatMap { usesTLS in
            moments.flatMap { placement, moment in
                mutations.map { HostileCase(usesTLS: usesTLS, moment: moment, placement: placement, ending: ending, mutation: $0) }
            }
        }
    }
}

/// Lets so many cases at a time through: each has five threads, and a machine that is busy with a thousand of them shows nothing but that.
actor CaseLimit {
    static let shared = CaseLimit(48)

    private var free: Int
    private var waiters: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    nonisolated func run(_ body: () async throws -> Void) async throws {
        await enter()
        do {
            try await body()
        } catch {
            await leave()
            throw error
        }
        await leave()
    }

    private func enter() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiters.append($0) }
    }

    private func leave() {
        // A slot that a case waits for is handed over directly.
        if waiters.isEmpty { free += 1 } else { waiters.removeFirst().resume() }
    }
}
