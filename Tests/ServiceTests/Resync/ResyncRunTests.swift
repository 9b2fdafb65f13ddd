import FoundationEssentials
import Testing

@testable import Service

@Suite("A run of a full resynchronisation") struct ResyncRunTests {
    private func run(_ change: (inout ResyncRun) throws -> Void = { _ in }) throws -> ResyncRun {
        var run = ResyncRun(processor: "sync", id: "r", scope: "companies by warren_run, removed", at: 1000)
        try change(&run)
        return run
    }

    private func counts(_ missing: Int, of scope: Int = 100) -> ResyncRun.Counts {
        ResyncRun.Counts(scope: scope, missing: missing, samples: missing > 0 ? ["a"] : [])
    }

    /// Running, then ended so.
    private func ended(missing: Int, limit: Int, isConfirmed: Bool = false) throws -> ResyncRun {
        try run {
            $0.begun(at: 2000)
            try $0.end(counts(missing), limit: limit, isConfirmed: isConfirmed, sweeper: "me", at: 3000)
        }
    }

    @Test("It does not end before every instance knows of it") func beginning() throws {
        #expect(try run().state == .beginning)
        #expect(throws: ResyncRefusal.self) {
            try run { try $0.end(counts(0), limit: 5, isConfirmed: true, sweeper: "me", at: 3000) }
        }
        #expect(try run { $0.begun(at: 2000) }.state == .running)
    }

    @Test("With nothing missing it is done; with few it sweeps; with more than the limit it asks, and nothing may go")
    func limit() throws {
        #expect(try ended(missing: 0, limit: 0).state == .done)
        let within = try ended(missing: 5, limit: 5)
        #expect(within.state == .sweeping && within.approved == 5 && within.sweeper == "me")
        let beyond = try ended(missing: 6, limit: 5)
        #expect(beyond.state == .asking && beyond.counts == counts(6))
    }

    @Test("A confirmation is for what was told: with more missing than that it asks again") func confirmation() throws {
        #expect(try ended(missing: 50, limit: 5, isConfirmed: true).state == .asking, "nothing was told before")
        var asking = try ended(missing: 50, limit: 5)
        var more = asking
        try asking.end(counts(50), limit: 5, isConfirmed: true, sweeper: "me", at: 4000)
        #expect(asking.state == .sweeping)
        try more.end(counts(51), limit: 5, isConfirmed: true, sweeper: "me", at: 4000)
        #expect(more.state == .asking && more.counts?.missing == 51)
        try more.end(counts(51), limit: 5, isConfirmed: true, sweeper: "me", at: 5000)
        #expect(more.state == .sweeping && more.approved == 51)
    }

    @Test("A sweep that stopped continues with another end, and what it removed before is not counted twice") func stopped() throws {
        var run = try ended(missing: 5, limit: 5)
        run.swept(removed: 3, kept: 1, at: 4000)
        #expect(throws: ResyncRefusal.self) { try run.end(counts(2), limit: 5, isConfirmed: false, sweeper: "me", at: 4500) }
        run.stop("no", at: 5000)
        #expect(run.state == .stopped && run.reason == "no")
        try run.end(counts(2), limit: 5, isConfirmed: false, sweeper: "you", at: 6000)
        #expect(run.state == .sweeping && run.reason == nil && run.sweeper == "you")
        #expect(run.approved - run.removed == 2)
        run.takeOver(by: "them", at: 6500)
        #expect(run.sweeper == "them" && run.changedAt == 6500)
        run.finish(at: 7000)
        #expect(run.state == .done && run.removed == 3 && run.kept == 1)
    }

    @Test("It is given up in any state but the last ones, and is over then") func cancelled() throws {
        var run = try ended(missing: 5, limit: 5)
        try run.cancel(at: 4000)
        #expect(!run.state.isActive)
        #expect(throws: ResyncRefusal.self) { try run.cancel(at: 5000) }
        #expect(throws: ResyncRefusal.self) { try run.end(counts(0), limit: 5, isConfirmed: false, sweeper: "me", at: 5000) }
    }

    @Test("What is handled carries it from the moment it is written down until it is over") func active() {
        #expect(ResyncRun.State.allCases.filter { !$0.isActive } == [.done, .cancelled])
    }

    @Test("It comes back from ArangoDB as it was stored") func stored() throws {
        var run = try ended(missing: 6, limit: 5)
        run.revision = "_abc"
        let text = try JSONEncoder().encode(run)
        #expect(try JSONDecoder().decode(ResyncRun.self, from: text) == run)
        #expect(String(decoding: text, as: UTF8.self).contains(#""_key":"sync""#))
    }

    /// A record as it is stored, with other values in it.
    private func record(_ changes: [String: String]) -> Data {
        var members = [
            "_key": "\"sync\"", "run": "\"r\"", "scope": "\"s\"", "state": "\"sweeping\"", "begun_at": "1000", "changed_at": "2000",
            "approved": "5", "removed": "3", "kept": "0",
        ]
        members.merge(changes) { $1 }
        return Data("{\(members.map { "\"\($0)\":\($1)" }.joined(separator: ","))}".utf8)
    }

    @Test(
        "Numbers that no instance can have written are refused where the record is read",
        arguments: [
            ["changed_at": "18446744073709551615"], ["begun_at": "18446744073709551615"], ["changed_at": "253402300800000"],
            ["approved": "9223372036854775807"], ["removed": "-9223372036854775808"], ["removed": "-1"], ["kept": "9223372036854775807"],
            ["counts": "{\"scope\":9223372036854775807,\"missing\":0,\"samples\":[]}"],
            ["counts": "{\"scope\":1,\"missing\":-1,\"samples\":[]}"],
        ])
    func numbers(changes: [String: String]) throws {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(ResyncRun.self, from: record(changes)) }
    }

    @Test("The largest numbers that are read can be counted with")
    func largest() throws {
        let most = "\(ResyncRun.mostDocuments)"
        var run = try JSONDecoder().decode(
            ResyncRun.self,
            from: record(["changed_at": "\(ResyncRun.latestMilliseconds)", "approved": most, "removed": most, "kept": most]))
        #expect(!run.isToSweep(by: "me", at: 3000))
        #expect(run.allowance == 0)
        run.swept(removed: ResyncRun.mostDocuments, kept: ResyncRun.mostDocuments, at: 3000)
        run.stop("no", at: 3000)
        try run.end(counts(ResyncRun.mostDocuments), limit: 5, isConfirmed: false, sweeper: "me", at: 4000)
        #expect(run.approved == 3 * ResyncRun.mostDocuments)
    }

    @Test("A sweep belongs to the instance that began it, until it makes no progress for a while")
    func sweepers() throws {
        let run = try JSONDecoder().decode(ResyncRun.self, from: record(["sweeper": "\"you\""]))
        #expect(run.isToSweep(by: "you", at: 2000))
        #expect(!run.isToSweep(by: "me", at: 2000 + ResyncRun.takeOverMilliseconds))
        #expect(run.isToSweep(by: "me", at: 2001 + ResyncRun.takeOverMilliseconds))
    }
}
