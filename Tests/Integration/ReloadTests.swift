import ArangoEmulator
import ControlMessages
import FoundationEssentials
import Logging
import Messages
import Nodes
import Pipeline
import Settings
import TestDatabase
import Testing
import Waiting

@testable import Service

extension WholeService {
    @Suite("A reload") struct Reloading {
        @Test("While processors come, go and change, their neighbour loses no beat, and nobody loses a message")
        func neighbours() async throws {
            let world = try await World.make()
            let original = world.settings
            let source = Box(original)
            let count = 3_000
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                async let published: Void = world.feed(count, to: ["sync", "updated", "invalidated"])
                for step in 1...6 {
                    try await eventually("some more") { world.documentCount > step * count / 4 }
                    source.update { settings in
                        switch step {
                        case 1: settings.processors.removeAll { $0.name == "invalidated" }
                        case 2: settings.processors[0].prefetch = 7
                        case 3: settings.processors = original.processors
                        case 4: settings.processors.swapAt(0, 2)
                        case 5: settings.retry.attempts = 2
                        default: settings.processors.removeAll { $0.name == "updated" }
                        }
                    }
                    let outcome = try await daemon.supervisor.reload()
                    #expect(outcome.unchanged.contains("sync") && !outcome.hasNewConnections, "step \(step)")
                }
                source.update { $0 = original }
                _ = try await daemon.supervisor.reload()
                try await published
                try await eventually("all documents", seconds: 60) { world.documentCount == 3 * count }
                try await eventually("all are settled") { try await world.depths().values.allSatisfy { $0 == 0 } }
                #expect(world.log.consuming.count { $0 == "sync" } == 1, "its consumer was never cancelled")
                let table = daemon.engine.registry.table
                let counters = await daemon.engine.pipeline.snapshot().counters[try #require(table.ids(of: "sync").first)]
                #expect(counters.received == count && counters.written == count && counters.returned == 0, "and nothing came twice")
            }
            #expect(try await world.depths().values.allSatisfy { $0 == 0 })
        }

        @Test("A configuration with mistakes changes nothing, and each mistake is told")
        func mistakes() async throws {
            let world = try await World.make()
            let bad = "[rabbitmq]\nprefetch = 0\nnonsense = 1"
            let source: @Sendable () throws(SettingsErrors) -> Settings = { () throws(SettingsErrors) in
                try SettingsLoader.settings(from: [ConfigurationSource(name: "bad.toml", text: bad)])
            }
            try await world.serving(reading: source) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                await #expect(throws: ReloadError.self) { try await daemon.supervisor.reload() }
                let told = world.log.lines.filter { $0.message == "Reload refused; the configuration in force has not changed" }.map {
                    "\($0.facts["error"] ?? "")"
                }
                #expect(told.contains { $0.contains("bad.toml:2: rabbitmq.prefetch") } && told.contains { $0.contains("bad.toml:3") })
                try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
                try await eventually("written") { world.documentCount == 1 }
                #expect(world.log.consuming.count == 3)
            }
        }

        @Test("What a server refuses changes nothing: a missing collection, of edges too, an unknown database, a wrong password")
        func refused() async throws {
            let world = try await World.make()
            let source = Box(world.settings)
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                for (word, change) in [
                    ("warren provision", { (settings: inout Settings) in settings.processors[0].collection = "nowhere" }),
                    (
                        "nowhere_edges",
                        {
                            let ids = JSONPointer("/ids") ?? JSONPointer()
                            $0.processors[2].edges = [
                                EdgeSettings(
                                    collection: "nowhere_edges", each: ids, .out, other: JSONPointer(), otherCollection: "companies")
                            ]
                        }
                    ),
                    ("warren provision", { $0.arangodb.database = "nowhere" }),
                    ("ArangoDB", { $0.arangodb.password = Secret("wrong") }),
                    ("ACCESS_REFUSED", { $0.rabbitmq.endpoints[0].password = Secret("wrong") }),
                ] {
                    source.update {
                        $0 = world.settings
                        change(&$0)
                    }
                    do {
                        _ = try await daemon.supervisor.reload()
                        Issue.record("taken")
                    } catch {
                        #expect("\(error)".contains(word), "\(error)")
                    }
                    #expect(daemon.engine.settings == world.settings)
                }
                try await world.publish([#"{"id":"a","version":1}"#], to: "updated")
                try await eventually("written") { world.documentCount == 1 }
                #expect(world.log.consuming.count == 3, "nobody was cancelled")
            }
        }

        @Test("Another way to a server makes new connections after a drain: under load nothing is lost and nothing written twice")
        func newConnections() async throws {
            let world = try await World.make()
            let source = Box(world.settings)
            let count = 2_000
            try await world.serving(reading: { source.value }) { daemon in
                async let published: Void = world.feed(count, to: ["updated"])
                for step in 1...3 {
                    try await eventually("some more") { world.documentCount > step * count / 5 }
                    source.update { $0.arangodb.connections = 4 + step }
                    #expect(try await daemon.supervisor.reload().hasNewConnections)
                }
                try await published
                try await eventually("all documents") { world.documentCount == count }
                try await eventually("all are settled") { try await world.depths().values.allSatisfy { $0 == 0 } }
                let counters = await daemon.engine.pipeline.snapshot().counters
                #expect(counters[0].written == count, "the count goes on")
            }
            #expect(world.database.counters.documentsWritten == count)
        }

        @Test("A password that was changed on the broker is taken up, and the old connection is not needed for it")
        func rotatedPassword() async throws {
            try await RabbitMQNode.withNode { try await rotate(on: $0) }
        }

        private func rotate(on node: RabbitMQNode) async throws {
            try #require(try await node.control("add_user", "rotated", "old"))
            try #require(try await node.control("set_permissions", "rotated", ".*", ".*", ".*"))
            var endpoint = node.settings.endpoints[0]
            endpoint.username = "rotated"
            endpoint.password = Secret("old")
            let world = try await World.make(broker: endpoint)
            let source = Box(world.settings)
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                try #require(try await node.control("change_password", "rotated", "new"))
                await #expect(throws: ReloadError.self, "the file has the old one still, and something else of RabbitMQ") {
                    source.update { $0.rabbitmq.heartbeat = .seconds(20) }
                    _ = try await daemon.supervisor.reload()
                }
                source.update { $0.rabbitmq.endpoints[0].password = Secret("new") }
                _ = try await daemon.supervisor.reload()
                try await eventually("consuming again") { world.log.consuming.count == 6 }
                let now = World(database: world.database, settings: source.value)
                try await now.publish([#"{"id":"a","version":1}"#], to: "updated")
                try await eventually("written") { world.documentCount == 1 }
            }
        }

        @Test("A second reload is turned away while one is under way; a stop does not wait for one")
        func twoAtOnce() async throws {
            let world = try await World.make(more: "[service]\ndrain = \"60s\"")
            let source = Box(world.settings)
            let start = ContinuousClock.now
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                await world.database.goAway()
                try await world.publish([#"{"id":"a","version":1}"#], to: "sync")
                try await eventually("held") { await daemon.engine.pipeline.snapshot().held == 1 }
                source.update { $0.processors.removeAll { $0.name == "sync" } }
                let first = Task { try await daemon.supervisor.reload() }
                try await eventually("it drains") { await daemon.supervisor.isReloading }
                do throws(ReloadError) {
                    _ = try await daemon.supervisor.reload()
                    Issue.record("taken")
                } catch {
                    #expect("\(error)" == "\(ReloadError.busy)")
                }
                await daemon.supervisor.stop()
                _ = await first.result
                try await world.database.comeBack()
            }
            #expect(.now - start < .seconds(40))
            #expect(try await world.depths()["sync"] == 1, "it went back to its queue")
        }
    }

    @Suite("Pausing") struct Pausing {
        @Test("Paused, messages stay in the queue; the others are not affected; resumed, they are consumed")
        func pause() async throws {
            let world = try await World.make()
            try await world.serving(reading: nil) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                #expect(try await daemon.supervisor.pause("sync"))
                #expect(try await !daemon.supervisor.pause("sync"), "it was already")
                await daemon.engine.drained(2)
                for name in ["sync", "updated"] { try await world.publish([#"{"id":"\#(name)","version":1}"#], to: name) }
                try await eventually("the other") { world.document("updated") != nil }
                #expect(try await world.depths()["sync"] == 1)
                #expect(daemon.status.state(of: [2]) == .paused)
                #expect(try await daemon.supervisor.resume("sync"))
                try await eventually("it comes") { world.document("sync") != nil }
                await #expect(throws: ProcessorRefusal.unknown("x", known: ["updated", "invalidated", "sync"], disabled: [])) {
                    try await daemon.supervisor.pause("x")
                }
            }
        }

        @Test("A pause outlives reloads, those with new connections, too")
        func outlivesReload() async throws {
            let world = try await World.make()
            let source = Box(world.settings)
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                _ = try await daemon.supervisor.pause("sync")
                try await world.publish([#"{"id":"a","version":1}"#], to: "sync")
                source.update { $0.processors[2].prefetch = 5 }
                #expect(try await daemon.supervisor.reload().restarted == ["sync"])
                source.update { $0.arangodb.connections = 2 }
                #expect(try await daemon.supervisor.reload().hasNewConnections)
                try await world.publish([#"{"id":"b","version":1}"#], to: "updated")
                try await eventually("the other") { world.document("b") != nil }
                #expect(try await world.depths()["sync"] == 1)
                #expect(daemon.status.state(of: [2]) == .paused)
                _ = try await daemon.supervisor.resume("sync")
                try await eventually("it comes") { world.document("a") != nil }
            }
        }

        @Test("A drain ends when nothing is held any more: held by an outage, it continues until the database is back")
        func drain() async throws {
            let world = try await World.make()
            try await world.serving(reading: nil) { daemon in
                try await eventually("consuming") { world.log.consuming.count == 3 }
                await world.database.goAway()
                try await world.publish([#"{"id":"a","version":1}"#], to: "sync")
                try await eventually("held") { await daemon.engine.pipeline.snapshot().held == 1 }
                #expect(try await daemon.supervisor.drain("sync", waiting: .milliseconds(300)))
                #expect(daemon.supervisor.pauses["sync"]?.state == .draining)
                #expect(daemon.status.state(of: [2]) == .draining)
                try await world.database.comeBack()
                try await eventually("drained") { daemon.supervisor.pauses["sync"]?.state == .paused }
                #expect(world.document("a") != nil)
                #expect(try await world.depths()["sync"] == 0)
                #expect(try await !daemon.supervisor.drain("sync", waiting: .seconds(10)), "it holds nothing already")
            }
        }
    }
}

extension World {
    /// Publishes `count` messages to each of these queues, in small portions.
    fileprivate func feed(_ count: Int, to names: [String]) async throws {
        let portion = 100
        for start in stride(from: 0, to: count, by: portion) {
            for name in names {
                try await publish((start..<start + portion).map { #"{"id":"\#(name)-\#($0)","version":1}"# }, to: name)
            }
        }
    }
}

extension RecordedLog {
    /// The processors that began to be consumed, in order.
    fileprivate var consuming: [String] {
        lines.filter { $0.message == "Consuming" }.map { "\($0.facts["processor"] ?? "")" }
    }
}
