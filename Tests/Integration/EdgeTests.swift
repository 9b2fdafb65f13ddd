import ArangoEmulator
import Broker
import Logging
import Messages
import Settings
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Relations become edges") struct Edges {
        /// A `sync` with relations, and an invalidation that removes edges.
        private static func world(_ test: String = #function, more: String = "") async throws -> World {
            let edges = """
                [[processor.edges]]
                collection = "relations"
                each = "/relations"
                to = "/company_id"
                key = ["/type"]
                map = { share = "/share" }
                """
            return try await World.make(test, more: more, extra: ["sync": edges, "invalidated": "edges = \"remove\""])
        }

        private static func company(_ id: String, version: Int, owns others: some Sequence<Int>) -> String {
            let relations = others.map { #"{"company_id":"\#($0)","type":"owns","share":0.\#($0)}"# }.joined(separator: ",")
            return #"{"id":"\#(id)","version":\#(version),"relations":[\#(relations)]}"#
        }

        @Test("Edges follow their company, go when it no longer names them, and go when it is invalidated")
        func lifeOfEdges() async throws {
            let world = try await Self.world()
            try await world.serving {
                try await world.publish([Self.company("1", version: 1, owns: [2, 3])], to: "sync")
                try await eventually("two edges") { world.edgeCount == 2 }
                let edge = try #require(world.edges["companies:1:companies:2:owns"])
                #expect(edge["_from"] == #""companies/1""# && edge["_to"] == #""companies/2""#)
                #expect(edge["written_by"] == #""sync""# && edge["version"] == "1" && edge["share"] == "0.2")
                try await world.publish([Self.company("1", version: 2, owns: [3, 4])], to: "sync")
                try await eventually("the new ones") {
                    world.edges.keys.sorted() == ["companies:1:companies:3:owns", "companies:1:companies:4:owns"]
                }
                // A late older message changes nothing.
                try await world.publish([Self.company("1", version: 1, owns: [2, 5])], to: "sync")
                try await eventually("it is settled") { try await world.depths()["sync"] == 0 }
                try await world.publish([#"{"id":"1","version":3}"#], to: "invalidated")
                try await eventually("none is left") { world.edges.isEmpty }
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 }, "nothing came back to a queue, nothing was parked")
        }

        @Test("A company with 5,000 relations is one delivery, in requests of the usual size")
        func large() async throws {
            let world = try await Self.world()
            try await world.publish([Self.company("1", version: 1, owns: 1...5000)], to: "sync")
            try await world.serving {
                try await eventually("all edges", seconds: 60) { world.edgeCount == 5000 }
                try await world.publish([Self.company("1", version: 2, owns: 4990...5010)], to: "sync")
                try await eventually("most are gone", seconds: 60) { world.edgeCount == 21 }
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
            #expect(world.log.lines.contains { $0.message == "Processor stopped" && $0.facts["written"] == "2" })
        }

        @Test("A relation without its other end parks the message, and nothing of it is written")
        func parked() async throws {
            let world = try await Self.world()
            try await world.publish([#"{"id":"1","version":1,"relations":[{"company_id":"2"},{"type":"x"}]}"#], to: "sync")
            try await world.serving {
                let letters = try await world.deadLetters(of: "sync", count: 1)
                #expect(letters.first?.headers["warren-reason"] == .string("bad-edge"))
            }
            #expect(world.documents.isEmpty && world.edges.isEmpty)
        }

        @Test("Edges that the database refuses for now are tried again, and the message is settled with the last of them")
        func refusedForNow() async throws {
            let world = try await Self.world(more: "[retry]\ndelay = \"100ms\"")
            world.database.inject(
                InjectedFault(.failElements(keys: ["companies:1:companies:3:owns"], errorNum: 4, message: "internal"), times: 2))
            try await world.publish([Self.company("1", version: 1, owns: [2, 3, 4])], to: "sync")
            try await world.serving {
                try await eventually("all edges") { world.edgeCount == 3 }
                try await eventually("it is settled") { try await world.depths()["sync"] == 0 }
            }
            let retries = world.log.lines.filter { $0.message == "Write failed; trying again" }
            #expect(retries.count == 2)
            #expect(retries.allSatisfy { "\($0.facts["error"] ?? "")".contains("edge companies:1:companies:3:owns in relations") })
        }
    }
}
