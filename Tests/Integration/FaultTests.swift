import ArangoEmulator
import Broker
import Logging
import Service
import Settings
import TestDatabase
import Testing
import Waiting

extension WholeService {
    @Suite("Faults") struct Faults {
        @Test("A database that answers wrongly is tried five times, three seconds apart; then the message is parked as retry exhausted")
        func fiveTimes() async throws {
            let world = try await World.make()
            world.database.inject(InjectedFault(.failElements(keys: ["bad"], errorNum: 4, message: "internal")))
            try await world.publish([#"{"id":"bad","version":1}"#, #"{"id":"good","version":1}"#], to: "updated")
            try await world.serving {
                try await eventually("parked") { try await world.depths()["updated.dead"] == 1 }
                #expect(world.document("good") != nil, "its neighbour was not held up")
            }
            let retries = world.log.lines.filter { $0.message == "Write failed; trying again" }
            #expect(retries.map { "\($0.facts["attempt"] ?? "")" } == ["2/5", "3/5", "4/5", "5/5"])
            #expect(retries.allSatisfy { $0.facts["document.key"] == "bad" && $0.facts["collection"] == "companies" })
            // Counted where the requests arrive, and to the millisecond: an attempt ends later than it arrives, however busy the machine is.
            let proof = #"[{"_key":"warren/","_from":"warren/0","_to":"warren/0"}]"#
            let posts = world.database.recentRequests.filter { $0.method == "POST" && $0.target.contains("/_api/document/") }
            let writes = posts.filter { $0.bodyBytes != proof.utf8.count }
            #expect(posts.count > writes.count, "that others are stored is proven by proofs")
            let arrivals = writes.map(\.milliseconds)
            #expect(arrivals.count == 5)
            for (earlier, later) in zip(arrivals, arrivals.dropFirst()) { #expect(later >= earlier + 2999) }
            let letter = try #require(try await world.deadLetters(of: "updated", count: 1).first)
            #expect(letter.body == Array(#"{"id":"bad","version":1}"#.utf8))
            #expect(letter.headers["warren-reason"] == .string("retry-exhausted"))
            #expect(letter.headers["warren-attempts"] == .integer(5))
            #expect(letter.headers["warren-processor"] == .string("updated"))
            #expect(try await world.depths()["updated"] == 0)
        }

        @Test("A database that answers too late is read back: what was written is not written again, and nothing is parked")
        func late() async throws {
            let world = try await World.make(timeout: "5s")
            world.database.inject(InjectedFault(.delay(.seconds(600)), method: "POST", path: "/_api/document", times: 1))
            try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
            try await world.serving {
                try await eventually("settled") { world.log.messages.contains("No answer to a write; reading back whether it was done") }
            }
            #expect(world.database.counters.documentsWritten == 1)
            #expect(try await world.depths()["updated"] == 0)
            #expect(try await world.depths()["updated.dead"] == 0)
        }

        @Test("A lost reply is the same", arguments: [InjectedFault.Effect.loseReply, .drop])
        func lostReply(effect: InjectedFault.Effect) async throws {
            let world = try await World.make(more: "[retry]\ndelay = \"100ms\"")
            world.database.inject(InjectedFault(effect, method: "POST", path: "/_api/document", times: 1))
            try await world.publish([#"{"id":"a","version":1}"#, #"{"id":"b","version":1}"#], to: "updated")
            try await world.serving { try await eventually("written") { world.documentCount == 2 } }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
        }

        @Test("While the database is away or answers 503 nothing is parked and no attempt is lost; when it is back all is written")
        func away() async throws {
            let world = try await World.make(more: "[retry]\nattempts = 1")
            let bodies = (1...500).map { #"{"id":"c\#($0)","version":1}"# }
            try await world.serving {
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                await world.database.goAway()
                try await world.publish(bodies, to: "updated")
                try await eventually("it is told") {
                    world.log.messages.contains("ArangoDB is unavailable; holding writes until it answers")
                }
                world.database.inject(
                    InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), path: "/_api/document", times: 3))
                try await world.database.comeBack()
                try await eventually("all are written") { world.documentCount == 500 }
                try await eventually("its return is told") { world.log.messages.contains("ArangoDB answers again") }
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
        }

        @Test("Credentials that the database refuses cost no message: they are held until they are mended")
        func wrongPassword() async throws {
            let world = try await World.make(versions: false)
            var settings = world.settings
            settings.arangodb.password = Secret("wrong")
            settings.service.drain = .milliseconds(200)
            let broken = World(database: world.database, settings: settings)
            try await world.publish([#"{"id":"a"}"#], to: "updated")
            try await broken.serving {
                try await eventually("it is told") { broken.log.lines.contains { $0.level == .critical } }
            }
            #expect(try await world.depths()["updated"] == 1, "it went back to its queue")
            try await world.serving { try await eventually("written") { world.documentCount == 1 } }
        }

        @Test("A server before 3.12 ignores versions silently: with `version` configured nothing is consumed at all")
        func tooOld() async throws {
            let world = try await World.make()
            world.database.inject(.oldVersion)
            let daemon = try Daemon(
                settings: world.settings, logger: world.log.logger, stateDirectory: nil, manager: ServiceManager(environment: [:]))
            await #expect(throws: StartError.self) { try await daemon.run { try? await Task.sleep(for: .seconds(60)) } }
        }

        @Test("A missing queue is reported with its name and the remedy, and the other processors consume")
        func missingQueue() async throws {
            let world = try await World.make()
            var settings = world.settings
            settings.processors[0].queue = "warren.nowhere"
            let partly = World(database: world.database, settings: settings)
            try await world.publish([#"{"id":"a","version":1}"#], to: "sync")
            try await partly.serving {
                try await eventually("the other is written") { world.documentCount == 1 }
                try await eventually("it is told") {
                    partly.log.lines.contains {
                        $0.message == "Cannot consume; trying again" && "\($0.facts["error"] ?? "")".contains("warren provision")
                    }
                }
            }
        }

        @Test("A service with nothing to do says that it started and that it stopped, and what each processor did")
        func startAndStop() async throws {
            let world = try await World.make()
            try await world.serving { try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 } }
            #expect(world.log.messages.first == "Service sync started.")
            #expect(world.log.messages.last == "Service sync stopped.")
            #expect(world.log.lines.count { $0.message == "Processor stopped" } == 3)
        }
    }
}

extension InjectedFault {
    /// A server says that it is of a version that ignores `versionAttribute`.
    static let oldVersion = InjectedFault(
        .answer(status: 200, errorNum: nil, message: #"{"server":"arango","license":"community","version":"3.11.8"}"#),
        path: "/_api/version")
}
