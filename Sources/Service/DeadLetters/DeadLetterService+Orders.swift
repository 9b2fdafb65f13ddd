internal import Broker
internal import ControlMessages
internal import Mapping
internal import Messages

extension DeadLetterService {
    /// Moves messages before they are acknowledged, with a result for each.
    typealias Move = @Sendable (Target, [Delivery]) async -> [Result<Void, PublishFailure>]

    /// What became of the letters that an order is about.
    private struct Outcome {
        var (matched, done, inDoubt) = (0, 0, 0)
        var failure: String?
    }

    /// Carries out an order that says what it means (``DeadLetterOrder/objection``).
    func carryOut(_ order: DeadLetterOrder, on name: String, move: Move?) async throws(ControlError) -> DeadLetterReport {
        if let objection = order.objection { throw .badRequest(objection) }
        let id = try order.id.map(DeadLetterID.init)
        return try await working(on: name) { pass throws(BrokerError) in
            var (pass, outcome) = (pass, Outcome())
            do throws(BrokerError) {
                if let id, let text = order.id {
                    var search = DeadLetterSearch(id)
                    let end = try await pass.look(&search, atMost: .max, mayRenew: true)
                    do throws(ControlError) {
                        if let end { throw .unavailable(end) }
                        let letter = try search.found(text, processor: name)
                        outcome.matched = 1
                        outcome.failure = await Self.settle([letter], order, &pass, &outcome, move)
                    } catch {
                        _ = await pass.giveBack(search.letter.map { [$0] } ?? [], mayRenew: true)
                        try await pass.close()
                        return .failure(error)
                    }
                } else {
                    try await Self.settleAll(order, &pass, &outcome, move)
                }
                try await pass.close()
            } catch {
                // If nothing was done, there is nothing else to report.
                guard outcome.done > 0 || outcome.inDoubt > 0 else { throw error }
                // A quorum queue has confirmed that they are gone; a classic one would have by this end.
                if !pass.browser.tellsWhatIsGone {
                    outcome.inDoubt += outcome.done
                    outcome.done = 0
                }
                if outcome.inDoubt > 0 { outcome.failure = Self.unconfirmed("\(error)", isReplay: move != nil) }
            }
            return .success(
                DeadLetterReport(
                    processor: name, queue: pass.target.deadLetters, destination: move == nil ? nil : pass.target.source,
                    seen: pass.statistics.seen,
                    matched: outcome.matched, done: outcome.done, inDoubt: outcome.inDoubt, dryRun: order.dryRun == true,
                    failure: outcome.failure, warnings: pass.warnings))
        }
    }

    /// By reason and number. A letter that fails again comes back behind those that are there now, and is not looked at twice.
    private static func settleAll(
        _ order: DeadLetterOrder, _ pass: inout DeadLetterPass, _ outcome: inout Outcome, _ move: Move?
    ) async throws(BrokerError) {
        var selection = DeadLetterSelection(order)
        while outcome.failure == nil, !selection.isComplete, selection.seen < pass.browser.ready {
            let bulk = try await pass.take(atMost: selection.wanted)
            guard !bulk.isEmpty else { return }
            let isMeant = bulk.map { selection.takes($0) }
            outcome.matched = selection.matched
            let end = await pass.giveBack(zip(bulk, isMeant).filter { !$1 }.map(\.0), mayRenew: true)
            outcome.failure = await settle(zip(bulk, isMeant).filter(\.1).map(\.0), order, &pass, &outcome, move) ?? end
        }
    }

    /// Moves the letters and takes them out. Returns why that went wrong with some.
    private static func settle(
        _ letters: [Delivery], _ order: DeadLetterOrder, _ pass: inout DeadLetterPass, _ outcome: inout Outcome, _ move: Move?
    ) async -> String? {
        guard order.dryRun != true else { return await pass.giveBack(letters, mayRenew: true) }
        guard !letters.isEmpty else { return nil }
        let results = await move?(pass.target, letters) ?? letters.map { _ in .success(()) }
        let moved = zip(letters, results).filter { $1.failure == nil }.map(\.0.tag)
        let end = await pass.giveBack(zip(letters, results).filter { $1.failure != nil }.map(\.0), mayRenew: true)
        let acknowledged = await pass.browser.acknowledge(moved)
        outcome.done += acknowledged.confirmed
        outcome.inDoubt += moved.count - acknowledged.confirmed
        return acknowledged.failure.map { unconfirmed("\($0)", isReplay: move != nil) }
            ?? results.lazy.compactMap(\.failure).first.map { "\($0)" } ?? end
    }

    private static func unconfirmed(_ error: String, isReplay: Bool) -> String {
        let consequence =
            isReplay ? "some of the replayed messages may be in the dead-letter queue still" : "some of the messages may be there still"
        return "RabbitMQ did not confirm the end: \(consequence) (\(error))"
    }
}
