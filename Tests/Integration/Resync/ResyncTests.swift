import ArangoEmulator
import ControlMessages
import Logging
import Service
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Full resynchronisation") struct Resynchronisation {
        @Test("Of 1,000 documents the 40 that are not published again are marked, and the next message revives one")
        func missing() async throws {
            let run = try await ResyncWorld.make()
            try await run.serving {
                try await run.sync(1...1000, version: 1)
                try await eventually("all are there") { run.world.documentCount == 1000 }
                let begun = try await run.ask(.post, "/begin")
                #expect(begun.state == "running")
                // Half of them are newer, half come as they were.
                try await run.sync(1...480, version: 2)
                try await run.sync(481...960, version: 1)
                let ending = try await run.end()
                #expect(ending.counts?.scope == 1000 && ending.counts?.missing == 40 && ending.counts?.limit == 50)
                let report = try await run.done()
                #expect(report.removed == 40 && report.kept == 0)
                #expect(run.marked == Set((961...1000).map { "\($0)" }))
                #expect(run.world.documents["1000"]?.contains(#""invalidated_at":"20"#) == true)
                try await run.sync([1000], version: 2)
                try await eventually("it is valid again") { !run.marked.contains("1000") }
                #expect(run.marked.count == 39)
            }
            #expect(run.world.log.lines.contains { $0.message == "Resynchronisation done" && $0.facts["removed"] == "40" })
        }

        @Test(
            "What an update is about in the run is seen; documents of another source are not in the scope; what is marked already stays so")
        func scope() async throws {
            let run = try await ResyncWorld.make(resync: "max_removed = 10")
            try await run.serving {
                try await run.sync(1...4, version: 1)
                try await run.world.publish([#"{"id":"other","version":1}"#], to: "updated")
                try await eventually("all are there") { run.world.documentCount == 5 }
                try await run.world.publish([#"{"id":"4","version":2}"#], to: "invalidated")
                try await eventually("one is marked") { run.marked == ["4"] }
                let marked = run.world.document("4")
                _ = try await run.ask(.post, "/begin")
                try await run.sync([1], version: 1)
                // An older state: it is stale, and its document is seen all the same.
                try await run.world.publish([#"{"id":"2","version":0}"#], to: "updated")
                try await eventually("both are settled") { try await run.world.depths().values.allSatisfy { $0 == 0 } }
                try await eventually("both are seen") { try await run.ask(.get).seen == 2 }
                #expect(try await run.end().counts?.scope == 3)
                _ = try await run.done()
                #expect(run.marked == ["3", "4"])
                #expect(run.world.document("4") == marked)
            }
        }

        @Test("More missing documents than max_removed: nothing is changed until an administrator confirms")
        func brake() async throws {
            let run = try await ResyncWorld.make(resync: "missing = \"remove\"")
            try await run.serving {
                try await run.sync(1...20, version: 1)
                try await eventually("all are there") { run.world.documentCount == 20 }
                _ = try await run.ask(.post, "/begin")
                try await run.sync(1...18, version: 2)
                let asking = try await run.end()
                #expect(asking.state == "asking" && asking.counts?.missing == 2 && asking.counts?.limit == 1)
                #expect(Set(asking.counts?.samples ?? []) == ["19", "20"])
                #expect(try await run.end().state == "asking")
                #expect(run.world.documentCount == 20)
                #expect(try await run.end(ResyncOrder(confirm: true)).state == "sweeping")
                #expect(try await run.done().removed == 2)
                #expect(run.world.documentCount == 18)
            }
            #expect(
                run.world.log.lines.contains {
                    $0.message == "Resynchronisation waits for confirmation: more documents are missing than max_removed allows"
                })
        }

        @Test(
            "A write that got no answer is found stored when it is read back: its document is seen, whichever instance has stored it, and when"
        )
        func readBack() async throws {
            let run = try await ResyncWorld.make()
            try await run.serving {
                try await run.sync(1...1, version: 1)
                try await eventually("it is there") { run.world.documentCount == 1 }
                _ = try await run.ask(.post, "/begin")
                // The same version again changes nothing, and nothing reports it.
                run.world.database.inject(InjectedFault(.loseReply, method: "POST", path: "/_api/document/companies", times: 1))
                try await run.sync(1...1, version: 1)
                try await eventually("it was read back") {
                    run.world.log.messages.contains("No answer to a write; reading back whether it was done")
                }
                #expect(try await run.end().state == "done")
                #expect(run.marked.isEmpty)
            }
        }

        @Test("A document that is written while it is about to go stays")
        func writtenMeanwhile() async throws {
            let run = try await ResyncWorld.make(resync: "max_removed = \"100%\"")
            try await run.serving {
                try await run.sync(1...3, version: 1)
                try await eventually("all are there") { run.world.documentCount == 3 }
                _ = try await run.ask(.post, "/begin")
                // What is missing is counted with three queries at the end of the run, and the fourth, the sweep's, gets a late answer: between the
                // look and the mark there is time for a message, on a busy machine too.
                run.world.database.inject(InjectedFault(.delay(.seconds(20)), path: "/_api/cursor", times: 1, skip: 3))
                let before = run.queries
                #expect(try await run.end().state == "sweeping")
                try await eventually("the sweep has looked") { run.queries == before + 4 }
                try await run.sync([2], version: 2)
                try await eventually("it is written") { run.world.documents["2"]?.contains(#""version":2"#) == true }
                #expect(run.marked.isEmpty, "nothing was marked before")
                #expect(try await run.done().kept == 1)
                #expect(run.marked == ["1", "3"])
            }
        }
    }
}
