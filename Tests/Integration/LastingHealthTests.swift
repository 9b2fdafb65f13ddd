import ArangoEmulator
import ControlMessages
import Messages
import Pipeline
import Settings
import Store
import TestDatabase
import Testing
import Waiting

@testable import Broker
@testable import Service

extension WholeService {
    /// Nothing that is over may keep the service degraded.
    @Suite("Health says what is, and not what was") struct LastingHealth {
        private func reload(_ daemon: Daemon) async throws { _ = try await daemon.supervisor.reload() }

        private func degraded(_ daemon: Daemon, _ text: String) async throws {
            try await eventually("degraded: \(text)") { daemon.status.health.reasons.contains { $0.contains(text) } }
        }

        private func healthy(_ daemon: Daemon) async throws {
            try await eventually("healthy again") { daemon.status.health.reasons.isEmpty }
            // The next looks find nothing either.
            try await Task.sleep(for: StatusTracker.samplingTime * 2)
            #expect(daemon.status.health.reasons == [])
        }

        @Test("A reload to another ArangoDB during an outage ends the outage")
        func otherDatabase() async throws {
            let world = try await World.make(more: "[service]\ndrain = \"1s\"", versions: false)
            let source = Box(world.settings)
            let other = try await TestDatabase.make()
            source.update {
                ($0.arangodb.endpoints, $0.arangodb.database) = ([other.url], other.name)
                ($0.arangodb.username, $0.arangodb.password) = (other.username, Secret(other.password))
            }
            let store = try DocumentStore(settings: source.value.arangodb)
            _ = try await store.provision(ProvisionPlan(processors: source.value.processors)).get()
            await store.close()
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                await world.database.goAway()
                try await world.publish([#"{"id":"a"}"#], to: "updated")
                try await degraded(daemon, "ArangoDB")
                try await reload(daemon)
                try await eventually("written there") { other.document("a", of: "companies") != nil }
                try await healthy(daemon)
                #expect(daemon.status.statusLine.hasPrefix("consuming 3 queues; "))
                let version = other.serverVersion
                try await eventually("its version is known") { daemon.status.statusLine.contains("ArangoDB \(version)") }
            }
        }

        @Test("A reload to another RabbitMQ while the one before is away ends that")
        func otherBroker() async throws {
            let world = try await World.make(versions: false)
            var settings = world.settings
            settings.rabbitmq.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: 1)]
            let away = World(database: world.database, settings: settings, log: world.log)
            try await away.serving(reading: { world.settings }) { daemon in
                try await degraded(daemon, "RabbitMQ 127.0.0.1:1")
                try await reload(daemon)
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                try await healthy(daemon)
            }
        }

        @Test("A password that was rotated is taken up by a reload, though the database had turned the old one away")
        func rotatedPassword() async throws {
            let plain = try await World.make(more: "[service]\ndrain = \"1s\"", versions: false)
            let user = plain.database.makeUser(password: "old")
            #expect(plain.database.grant("rw", to: user))
            var settings = plain.settings
            (settings.arangodb.username, settings.arangodb.password) = (user, Secret("old"))
            let world = World(database: plain.database, settings: settings)
            let source = Box(settings)
            let version = world.database.serverVersion
            try await world.serving(reading: { source.value }) { daemon in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                try await eventually("its version is known") { daemon.status.statusLine.contains("ArangoDB \(version)") }
                let change = world.database.performInSystem("PATCH", "/_api/user/\(user)", body: #"{"passwd":"new"}"#)
                #expect(change.status == 200)
                source.update { $0.arangodb.password = Secret("new") }
                try await world.publish([#"{"id":"a"}"#], to: "updated")
                try await degraded(daemon, "401")
                try await reload(daemon)
                try await eventually("written") { world.document("a") != nil }
                try await healthy(daemon)
            }
        }

        @Test("A message that could not be parked here and has gone elsewhere is no fault of ours any more")
        func parkedElsewhere() async throws {
            let world = try await World.make(versions: false)
            let processor = world.settings.processors[0]
            try await world.delete(processor.queue + ".dead")
            try await world.serving(reading: nil) { daemon in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                try await world.publish(["no json"], to: "updated")
                try await degraded(daemon, "updated cannot park")
                // With its queue the message leaves this instance.
                try await world.delete(processor.queue)
                _ = try await Topology.declare(
                    [processor.queue, processor.queue + ".dead"].map {
                        QueueDeclaration(name: $0, arguments: [("x-expires", .integer(600_000))])
                    }, settings: world.settings.rabbitmq)
                try await eventually("consuming again") { daemon.status.state(of: [0]) == .consuming }
                try await healthy(daemon)
            }
        }

        @Test("A processor that tells nobody any more cannot fail at it")
        func emitRemoved() async throws {
            let world = try await World.make(
                more: "[service]\ndrain = \"1s\"",
                extra: ["updated": "[processor.emit]\nexchange = \"amq.direct\"\nrouting_key = \"warren.no.such.queue\""], versions: false)
            let source = Box(world.settings)
            try await world.serving(reading: { source.value }) { daemon in
                try await world.publish([#"{"id":"a"}"#], to: "updated")
                try await degraded(daemon, "updated cannot publish onward messages")
                source.update { $0.processors[0].emit = nil }
                try await reload(daemon)
                try await eventually("settled") { await daemon.engine.pipeline.snapshot().held == 0 }
                try await healthy(daemon)
                #expect(try await world.depths()["updated"] == 0)
            }
        }

        @Test("With parking on again, a queue without a dead-letter exchange is consumed after the reload that its fault asks for")
        func parkingOn() async throws {
            let world = try await World.make(more: "[dead_letter]\nenabled = false\n", versions: false)
            let source = Box(world.settings)
            try await world.serving(reading: { source.value }) { daemon in
                try await degraded(daemon, "x-dead-letter-exchange")
                source.update { $0.deadLetter.enabled = true }
                try await reload(daemon)
                try await eventually("consuming") { daemon.status.state(of: [0, 1, 2]) == .consuming }
                try await healthy(daemon)
            }
        }
    }
}

extension World {
    fileprivate func delete(_ queue: String) async throws {
        let endpoint = settings.rabbitmq.endpoints[0]
        let connection = try Connection(ConnectionParameters(settings.rabbitmq, endpoint: endpoint, name: "tests", channels: 1))
        try connection.letGo(of: queue, channel: 1)
        connection.closeAndWait()
    }
}
