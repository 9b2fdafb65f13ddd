import ArangoEmulator
import FaultProxy
import Testing

/// The judgement of the ledger test, which needs no servers.
@Suite("The ledger's model") struct LedgerModelTests {
    private static let update = LedgerMessage(number: 1, queue: .updated, key: "a", version: 5)

    private func verdict(
        _ messages: [LedgerMessage], companies: [String: String] = [:], profiles: [String: String] = [:], edges: [String: String] = [:],
        letters: [LedgerModel.Letter] = []
    ) -> LedgerVerdict {
        var model = LedgerModel()
        for message in messages { model.publish(message) }
        let parsed = { (documents: [String: String]) in documents.mapValues { StoredDocument(stringLiteral: $0) } }
        return LedgerVerdict(model, companies: parsed(companies), profiles: parsed(profiles), edges: parsed(edges), letters: letters)
    }

    /// The edges of a message as they must be stored.
    private func stored(edgesOf message: LedgerMessage, version: Int? = nil) -> [String: String] {
        let list = message.relations.map { relation in
            let ends = #""_from":"companies/\#(message.key)","_to":"companies/\#(relation.target)""#
            let members = #""n":\#(message.number),"written_by":"ledger","version":\#(version ?? message.version)"#
            return (relation.edgeKey(from: message.key), "{\(ends),\(members)}")
        }
        return Dictionary(uniqueKeysWithValues: list)
    }

    @Test("After a sync the edges are exactly its own: none is missing, none is left, and each is of its version")
    func edges() {
        let sync = LedgerMessage(number: 4, queue: .synced, key: "a", version: 5)
        let older = LedgerMessage(number: 9, queue: .linked, key: "a", version: 4)
        let companies = ["a": stored(sync, #","invalidated":false,"edges_of_ledger":5"#)]
        let edges = stored(edgesOf: sync)
        #expect(edges.count == 5)
        #expect(verdict([older, sync], companies: companies, edges: edges).isClean)
        #expect(!verdict([older, sync], companies: companies, edges: [:]).isClean)
        #expect(!verdict([older, sync], companies: companies, edges: edges.merging(stored(edgesOf: older)) { $1 }).isClean)
        #expect(!verdict([older, sync], companies: companies, edges: stored(edgesOf: sync, version: 4)).isClean)
    }

    @Test("An invalidation leaves no edge; an update leaves its own, and of older ones only what they said")
    func edgesOfOthers() {
        let update = LedgerMessage(number: 4, queue: .linked, key: "a", version: 5)
        let older = LedgerMessage(number: 9, queue: .synced, key: "a", version: 4)
        let companies = ["a": stored(update, #","invalidated":false,"edges_of_ledger":5"#)]
        let edges = stored(edgesOf: update)
        #expect(verdict([older, update], companies: companies, edges: edges).isClean)
        #expect(verdict([older, update], companies: companies, edges: stored(edgesOf: older).merging(edges) { $1 }).isClean)
        #expect(!verdict([older, update], companies: companies, edges: stored(edgesOf: older)).isClean)
        let strays = stored(edgesOf: LedgerMessage(number: 10, queue: .linked, key: "a", version: 3))
        #expect(!verdict([older, update], companies: companies, edges: strays.merging(edges) { $1 }).isClean)
        let invalidation = LedgerMessage(number: 2, queue: .invalidated, key: "a", version: 6)
        let marked = ["a": #"{"version":6,"invalidated":true,"invalidated_at":"2026-01-01T00:00:00Z"}"#]
        #expect(verdict([update, invalidation], companies: marked).isClean)
        #expect(!verdict([update, invalidation], companies: marked, edges: edges).isClean)
        #expect(!verdict([], edges: edges).isClean)
    }

    private func stored(_ message: LedgerMessage, _ more: String = #","invalidated":false"#) -> String {
        "{\"_key\":\"\(message.key)\",\(message.members)\(more)}"
    }

    @Test("A document as its only message made it is written")
    func written() {
        let verdict = verdict([Self.update], companies: ["a": stored(Self.update)])
        #expect(verdict.isClean && verdict.written == 1)
    }

    @Test("A message without its document is lost, and so is one that is newer than its document")
    func lost() {
        let newer = LedgerMessage(number: 2, queue: .synced, key: "a", version: 6)
        #expect(verdict([Self.update]).unaccounted == [Self.update])
        let verdict = verdict([Self.update, newer], companies: ["a": stored(Self.update)])
        #expect(verdict.unaccounted == [newer])
        #expect(verdict.written == 1)
    }

    @Test("Older messages are stale, in whatever order they were published, and duplicates count once")
    func stale() {
        let older = LedgerMessage(number: 2, queue: .synced, key: "a", version: 4)
        for order in [[older, Self.update, older], [Self.update, older, Self.update]] {
            let verdict = verdict(order, companies: ["a": stored(Self.update)])
            #expect(verdict.isClean && verdict.written == 1 && verdict.stale == 1)
        }
    }

    @Test(
        "A document at its newest version must have that message's content",
        arguments: [
            #"{"id":"a","version":5,"n":9,"text":"","invalidated":false}"#, #"{"id":"a","version":5,"n":1,"text":"y","invalidated":false}"#,
            #"{"id":"a","version":5,"invalidated":false}"#, #"{"n":1,"version":5,"invalidated":true}"#,
        ])
    func content(text: String) {
        #expect(!verdict([Self.update], companies: ["a": text]).isClean)
    }

    @Test("An invalidation keeps the content of some older message or of none, never another's")
    func invalidated() {
        let invalidation = LedgerMessage(number: 2, queue: .invalidated, key: "a", version: 6)
        let marks = #","version":6,"invalidated":true,"invalidated_at":"2026-01-01T00:00:00Z"}"#
        func document(_ number: Int) -> String {
            let text = String(repeating: "x", count: number * 7919 % 900)
            return #"{"id":"a","n":\#(number),"text":"\#(text)"\#(marks)"#
        }
        #expect(verdict([Self.update, invalidation], companies: ["a": document(1)]).isClean)
        #expect(verdict([Self.update, invalidation], companies: ["a": "{\(marks.dropFirst())"]).isClean)
        #expect(!verdict([Self.update, invalidation], companies: ["a": document(2)]).isClean)
    }

    @Test("Without versions the last in the order of the queue is what is stored; what came after the stored one is lost")
    func ordered() {
        let first = LedgerMessage(number: 1, queue: .profiled, key: "p", version: 0),
            second = LedgerMessage(number: 2, queue: .profiled, key: "p", version: 0)
        #expect(verdict([first, second], profiles: ["p": stored(second, "")]).isClean)
        #expect(verdict([first, second], profiles: ["p": stored(first, "")]).unaccounted == [second])
        let repeated = verdict([first, second, first], profiles: ["p": stored(first, "")])
        #expect(repeated.isClean && repeated.written == 1 && repeated.stale == 1, "a duplicate counts where it came last")
    }

    @Test("A flawed message must be parked, with the right reason; more than once is allowed")
    func parked() {
        let flawed = LedgerMessage(number: 1, queue: .updated, key: "x", version: 1, flaw: .notJSON)
        let twice = verdict([flawed], letters: [flawed.letter, flawed.letter])
        #expect(twice.isClean && twice.parked == 1 && twice.repeatedLetters == 1)
        #expect(verdict([flawed]).unaccounted == [flawed])
        let wrong = LedgerModel.Letter(queue: .updated, body: flawed.body, reason: "bad-key")
        let verdict = verdict([flawed], letters: [wrong])
        #expect(verdict.unaccounted == [flawed] && verdict.complaints.count == 1)
    }

    @Test("What must not be parked, or is stored without having been published, is told")
    func unexpected() {
        let letter = LedgerModel.Letter(queue: .updated, body: Self.update.body, reason: "retry-exhausted")
        #expect(!verdict([Self.update], companies: ["a": stored(Self.update)], letters: [letter]).isClean)
        #expect(!verdict([], companies: ["b": "{}"]).isClean)
        #expect(!verdict([], profiles: ["b": "{}"]).isClean)
    }

    @Test("The same seed gives the same messages; each number but a duplicate's is new, versions of a key differ, and none is forgotten")
    func script() {
        var script = MessageScript(seed: 7), again = MessageScript(seed: 7)
        let messages = script.next(5000) + script.rest()
        #expect(messages == again.next(5000) + again.rest())
        var byNumber: [Int: LedgerMessage] = [:]
        for message in messages { #expect(byNumber.updateValue(message, forKey: message.number) ?? message == message) }
        #expect(byNumber.keys.max() == byNumber.count, "what was held back came in the end")
        #expect(messages.count > byNumber.count, "some came twice")
        let sound = byNumber.values.filter { $0.flaw == nil && $0.queue.hasVersion }
        #expect(Set(sound.map { "\($0.key) \($0.version)" }).count == sound.count)
        #expect(Set(byNumber.values.compactMap(\.flaw)).count == LedgerMessage.Flaw.allCases.count)
    }

    @Test("No part holds two messages of one document whose order counts, and parts keep the order")
    func parts() {
        var script = MessageScript(seed: 7)
        let messages = script.next(3000)
        let parts = MessageScript.parts(messages, most: 250)
        #expect(parts.flatMap(\.self) == messages)
        for part in parts {
            let keys = part.filter { !$0.queue.hasVersion }.map(\.key)
            #expect(part.count <= 250 && Set(keys).count == keys.count)
        }
    }

    @Test("A plan follows from its seed, holds as many faults and messages as asked for, and leaves the daemon alone in its last third")
    func plan() {
        let plan = FaultPlan(seed: 3, faults: 150, messages: 10_000)
        #expect(plan == FaultPlan(seed: 3, faults: 150, messages: 10_000))
        #expect(plan.faultCount == 150)
        #expect(plan.steps.reduce(0) { $0 + $1.messages } == 10_000)
        let faults = plan.steps.flatMap(\.faults)
        #expect(Set(faults.map(\.kind)).count >= 35)
        #expect(faults.suffix(42).allSatisfy { $0.subject != .daemon })
        #expect(plan.steps.allSatisfy { Set($0.faults.map(\.subject)).count == $0.faults.count })
        #expect(plan.steps.allSatisfy { step in step.faults.count == 1 || !step.faults.contains(where: \.isAlone) })
    }

    @Test("However short a plan is, dead letters are looked at, and the daemon is restarted many times while nothing is written")
    func shortPlan() {
        for seed: UInt64 in 1...50 {
            let plan = FaultPlan(seed: seed, faults: 6, messages: 600), kinds = Set(plan.steps.flatMap(\.faults).map(\.kind))
            #expect(plan.faultCount == 6 && plan.looksAtDeadLetters)
            let essential: [LedgerFault] = [.daemonKilled, .daemonRestarted, .databaseAway, .daemonRestartedInOutage(times: 1)]
            #expect(kinds.isSuperset(of: essential.map(\.kind)))
        }
    }
}
