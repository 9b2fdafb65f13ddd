import ArangoEmulator
import ControlMessages
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Service

extension WholeService {
    /// Failures that concern less than everything: no message of these is to blame, and none is parked.
    @Suite("Failures with a scope") struct FailureScopes {
        private static let lost = "ArangoDB refuses writes to this collection; holding them until an administrator has acted"
        private static let back = "ArangoDB accepts writes to this collection again"

        private static func bodies(_ count: Int) -> [String] { (1...count).map { #"{"id":"c\#($0)","version":1}"# } }

        /// 300 messages, while `fault` lasts until it is reported; then they are all written, and none is parked.
        private func held(_ fault: InjectedFault, attempts: Int = 5, _ test: String = #function) async throws {
            let world = try await World.make(test, more: "[retry]\nattempts = \(attempts)\ndelay = \"50ms\"", timeout: "1s")
            try await world.serving(reading: nil) { daemon in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                world.database.inject(fault)
                try await world.publish(Self.bodies(300), to: "updated")
                try await eventually("it is told") { world.log.messages.contains(Self.lost) }
                // Attempts with their delays would be over long ago.
                try await Task.sleep(for: .seconds(3))
                #expect(!daemon.status.health.reasons.isEmpty)
                #expect(try await world.depths()["updated.dead"] == 0 && world.documents.isEmpty)
                world.database.removeFaults()
                try await eventually("all are written") { world.documentCount == 300 }
                try await eventually("its return is told") { world.log.messages.contains(Self.back) }
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
            #expect(world.log.messages.count { $0 == Self.lost } == 1)
        }

        @Test("Writes get no answer, while reads do") func unanswered() async throws {
            try await held(InjectedFault(.drop, method: "POST", path: "/_api/document"))
        }

        @Test("All documents of all answers fail with an error that passes", arguments: [1457, 18, 1655, 32, 4, 9999])
        func elements(errorNum: Int) async throws {
            try await held(InjectedFault(.failElements(keys: nil, errorNum: errorNum, message: "passing"), writesOnly: true))
        }

        @Test("Requests fail as a whole", arguments: [(500, 4), (500, 1100), (410, 21), (412, 412), (403, 1004)])
        func requests(status: Int, errorNum: Int) async throws {
            try await held(InjectedFault(.answer(status: status, errorNum: errorNum, message: "whole"), writesOnly: true), attempts: 1)
        }

        @Test("Half of all requests fail: each message is written, and none is parked")
        func half() async throws {
            let world = try await World.make(more: "[retry]\nattempts = 1\ndelay = \"10ms\"\n[batch]\ndocuments = 10")
            try await world.serving {
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                world.database.inject(InjectedFault(.answer(status: 500, errorNum: 1100, message: "half"), percent: 50))
                try await world.publish(Self.bodies(600), to: "updated")
                try await eventually("all are written", seconds: 120) { world.documentCount == 600 }
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
        }
    }
}
