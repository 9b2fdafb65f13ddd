import ArangoEmulator
import Logging
import Settings
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Three queues into one collection") struct Syncing {
        @Test("Three processors are consumed at the same time, and each does its own to the document")
        func threeQueues() async throws {
            let world = try await World.make()
            try await world.publish(
                [#"{"id":"a","version":1,"name":"A","old":true}"#, #"{"id":"b","version":1,"name":"B"}"#], to: "updated")
            try await world.serving {
                try await eventually("two documents") { world.documentCount == 2 }
                try await world.publish([#"{"id":"b","version":2}"#], to: "invalidated")
                try await world.publish([#"{"id":"a","version":2,"name":"A2","share":1.50}"#], to: "sync")
                try await eventually("both are changed") {
                    world.document("a")?.contains("A2") == true && world.document("b")?.contains("true") == true
                }
            }
            #expect(
                world.document("a") == #"{"id":"a","version":2,"name":"A2","share":1.50,"invalidated":false}"#,
                "replaced")
            let b = try #require(world.document("b"))
            #expect(b.contains(#""name":"B""#) && b.contains(#""invalidated":true"#) && b.contains(#""invalidated_at":"#), "merged: \(b)")
            #expect(try await world.depths().values.allSatisfy { $0 == 0 }, "nothing came back to a queue, nothing was parked")
        }

        @Test(
            "An older state never gets over a newer one, in whatever order they come; a late update does not revive an invalidated document"
        )
        func staleIsSkipped() async throws {
            let world = try await World.make()
            try await world.publish([#"{"id":"a","version":9}"#], to: "invalidated")
            try await world.serving {
                try await eventually("the tombstone") { world.documentCount == 1 }
                try await world.publish(
                    [#"{"id":"a","version":8,"name":"late"}"#, #"{"id":"c","version":2}"#, #"{"id":"c","version":1,"name":"x"}"#],
                    to: "updated")
                try await world.publish([#"{"id":"z","version":1}"#], to: "sync")
                try await eventually("all are there") { world.documentCount == 3 }
                try await eventually("all are settled") { try await world.depths().values.allSatisfy { $0 == 0 } }
            }
            #expect(world.document("a")?.contains("late") == false)
            #expect(world.document("a")?.contains(#""invalidated":true"#) == true)
            #expect(world.document("c") == #"{"id":"c","version":2,"invalidated":false}"#)
            #expect(world.log.lines.contains { $0.message == "Processor stopped" && $0.facts["stale"] == "2" })
        }

        @Test("Without versions the last message wins, in the order of the queue, however many there are of one document")
        func lastWins() async throws {
            let world = try await World.make(versions: false)
            let count = 2_000
            try await world.publish((1...count).map { #"{"id":"k\#($0 % 7)","n":\#($0)}"# }, to: "updated")
            try await world.serving {
                try await eventually("the last of all") { world.document("k\(count % 7)")?["n"] == "\(count)" }
                try await eventually("all are settled") { try await world.depths().values.allSatisfy { $0 == 0 } }
            }
            for key in 0..<7 {
                let last = (count - 6...count).first { $0 % 7 == key } ?? 0
                #expect(world.document("k\(key)") == #"{"id":"k\#(key)","n":\#(last),"invalidated":false}"#)
            }
        }

        @Test("5,000 messages arrive complete, each once, in batches")
        func complete() async throws {
            let world = try await World.make()
            let filler = String(repeating: "x", count: 100)
            try await world.publish((1...5_000).map { #"{"id":"c\#($0)","version":1,"text":"\#(filler)"}"# }, to: "updated")
            try await world.serving {
                try await eventually("all documents", seconds: 60) { world.documentCount == 5_000 }
            }
            #expect(world.database.counters.documentsWritten == 5_000)
            #expect(world.database.counters.requests < 1_000, "one request holds many documents")
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
        }

        @Test("With verify = always every write is read back before it is acknowledged")
        func verifies() async throws {
            let world = try await World.make(more: "[verify]\nmode = \"always\"")
            try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
            try await world.serving {
                try await eventually("settled") { world.database.recentRequests.contains { $0.target.contains("onlyget") } }
            }
            #expect(world.document("a") != nil)
            #expect(try await world.depths()["updated"] == 0)
        }
    }
}
