import ArangoEmulator
import ControlMessages
import Logging
import Messages
import Settings
import Store
import TestDatabase
import Testing
import Waiting

@testable import Service

extension WholeService {
    /// `--server.harden`, with a user who may read the database and write to one collection of it. A mode of the emulator: a server is not hardened
    /// from outside.
    @Suite("A hardened server (the emulator's mode)") struct HardenedServer {
        /// It is not known what a real server answers to `RETURN VERSION()`; this one does not return it.
        private static let silent = InjectedFault(.answer(status: 400, errorNum: 1540, message: "unknown function"), path: "/_api/cursor")

        /// The processors `updated` and `invalidated` have versions, `sync` has none.
        private func world(_ test: String = #function, assume: Bool = false) async throws -> World {
            let database = try await TestDatabase.emulated(Configuration(isHardened: true, expiryInterval: .milliseconds(100)))
            let world = try await World.make(test, database: database)
            let user = database.makeUser(password: "w")
            #expect(database.grant("ro", to: user) && database.grant("rw", to: user, collection: "companies"))
            var settings = world.settings
            (settings.arangodb.username, settings.arangodb.password) = (user, Secret("w"))
            if assume { settings.arangodb.versionGuard = .assume }
            let unversioned = try #require(settings.processors.firstIndex { $0.name == "sync" })
            settings.processors[unversioned].version = nil
            settings.processors[unversioned].collection = "companies"
            return World(database: database, settings: settings, log: world.log)
        }

        @Test("Where AQL tells the version, everything is consumed, and the doctor finds nothing wrong") func told() async throws {
            let world = try await world()
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            try await world.serving(reading: nil) { daemon in
                try await eventually("written") { world.documents["1"] != nil }
                try await eventually("the version is known") { daemon.status.statusLine.contains("ArangoDB 3.12.10 answers") }
                #expect(daemon.status.health.reasons == [])
            }
            #expect(world.database.recentRequests.contains { $0.target.hasSuffix("/_api/cursor") })
            let findings = await Doctor(settings: world.settings).examine().filter { $0.subject.hasPrefix("ArangoDB") }
            #expect(findings.filter { $0.severity == .error } == [])
            #expect(findings.contains { $0.text.contains("ArangoDB 3.12.10") })
        }

        @Test("Where nothing tells it, processors with versions are not consumed and say what is needed, the others run; granted, all run")
        func hidden() async throws {
            let world = try await world()
            world.database.inject(Self.silent)
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            try await world.publish([#"{"id":"2"}"#], to: "sync")
            try await world.serving(reading: nil) { daemon in
                try await eventually("the other one is consumed") { world.documents["2"] != nil }
                // READY, as in an outage.
                await daemon.status.consumingAttempted()
                try await eventually("the reason is told") { daemon.status.health.reasons.count == 2 }
                let user = world.settings.arangodb.username
                for (name, reason) in zip(["updated", "invalidated"], daemon.status.health.reasons) {
                    #expect(reason.hasPrefix("\(name) does not consume "))
                    #expect(reason.contains(#"version_guard = "assume""#))
                    #expect(reason.contains(#"PUT /_api/user/\#(user)/database/_system with {"grant":"rw"}"#))
                    #expect(reason.contains("unknown function"))
                }
                #expect(world.documents["1"] == nil)
                #expect(try await world.depths()["updated"] == 1)
                let grant = world.database.performInSystem("PUT", "/_api/user/\(user)/database/_system", body: #"{"grant":"rw"}"#)
                #expect(grant.status == 200)
                try await eventually("consumed without a restart") { world.documents["1"] != nil }
                try await eventually("healthy") { daemon.status.health.reasons == [] }
            }
            #expect(world.log.messages.contains("Processors with a version do not consume"))
        }

        @Test("Where nothing tells it and the user may create a collection, a proof there decides: all is consumed, nothing is left")
        func proven() async throws {
            let world = try await world()
            world.database.inject(Self.silent)
            #expect(world.database.grant("rw", to: world.settings.arangodb.username))
            let collections = { world.database.perform("GET", "/_api/collection").body.contains("warren_proof_") }
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            try await world.serving { try await eventually("written") { world.documents["1"] != nil } }
            #expect(world.log.messages.contains { $0.contains("a proof in a temporary collection shows that it honours versions") })
            #expect(world.database.recentRequests.contains { $0.target.contains("warren_proof_") })
            #expect(!collections())
        }

        @Test("What a server was seen to ignore is not promised: nothing is consumed, whatever is assumed", arguments: [false, true])
        func refuted(assume: Bool) async throws {
            let database = try await TestDatabase.emulated(Configuration(version: "3.11.8", isHardened: true))
            var settings = try await World.make().settings
            #expect(database.create())
            let user = database.makeUser(password: "w")
            #expect(database.grant("rw", to: user))
            database.inject(Self.silent)
            settings.arangodb.endpoints = [database.url]
            (settings.arangodb.database, settings.arangodb.username, settings.arangodb.password) = (database.name, user, Secret("w"))
            settings.arangodb.versionGuard = assume ? .assume : .probe
            let store = try DocumentStore(settings: settings.arangodb)
            let check = StartCheck(store: store, settings: settings, logger: RecordedLog().logger, tell: { _ in })
            let error = await #expect(throws: StartError.self) { try await check.pass() }
            #expect("\(error.map { "\($0)" } ?? "")".contains("does not keep an older version from overwriting a newer one"))
            await store.close()
        }

        @Test("The doctor proves it when asked, and then has nothing against the server") func proving() async throws {
            let world = try await world()
            world.database.inject(Self.silent)
            #expect(world.database.grant("rw", to: world.settings.arangodb.username))
            let looked = await Doctor(settings: world.settings).examine()
            #expect(looked.contains { $0.severity == .unknown && $0.advice?.contains("--prove") == true })
            #expect(looked.allSatisfy { $0.proof == nil })
            let proven = await Doctor(settings: world.settings).examine(proving: true)
            #expect(proven.contains { $0.severity == .ok && $0.text == "honours versions, as the proof shows" })
            // AQL is silent, and each query goes there.
            let failed = proven.filter { $0.proof?.verdict == .failed }.compactMap(\.proof?.name)
            #expect(!failed.isEmpty && failed.allSatisfy { $0.hasPrefix("query-") })
            #expect(proven.filter { $0.severity == .error && $0.proof == nil && $0.subject.hasPrefix("ArangoDB") } == [])
        }

        @Test("`version_guard = \"assume\"` consumes, and the log says so") func assumed() async throws {
            let world = try await world(assume: true)
            world.database.inject(Self.silent)
            try await world.publish([#"{"id":"1","version":1}"#], to: "updated")
            try await world.serving { try await eventually("written") { world.documents["1"] != nil } }
            #expect(
                world.log.lines.contains { $0.level == .warning && $0.message.contains("assumed, as [arangodb] version_guard says") })
        }

        @Test("An assumption never overrides a version that is known") func tooOld() async throws {
            let world = try await World.make()
            world.database.inject(.oldVersion)
            var settings = world.settings
            settings.arangodb.versionGuard = .assume
            let store = try DocumentStore(settings: settings.arangodb)
            let check = StartCheck(store: store, settings: settings, logger: RecordedLog().logger, tell: { _ in })
            await #expect(throws: StartError.self) { try await check.pass() }
            await store.close()
        }

        @Test("The doctor says which right or setting is needed, and does not ask whether the server is running") func doctor() async throws
        {
            let world = try await world()
            world.database.inject(Self.silent)
            let findings = await Doctor(settings: world.settings).examine().filter { $0.subject.hasPrefix("ArangoDB") }
            let errors = findings.filter { $0.severity == .error }
            #expect(errors.map(\.kind) == [.notPermitted])
            #expect(errors.first?.text.contains("hides its version from user \(world.settings.arangodb.username)") == true)
            #expect(errors.first?.advice?.contains(#"version_guard = "assume""#) == true)
            #expect(!findings.contains { $0.advice?.contains("running") == true })
        }
    }
}
