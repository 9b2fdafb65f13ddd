import ControlMessages
import Messages
import Pipeline
import Settings
import Testing
import Waiting

@testable import Broker
@testable import Service

extension WholeService {
    @Suite("Queues that need care") struct UnfitQueues {
        /// Declares the queue of a processor again.
        private func redeclare(
            _ name: String, _ world: World, _ arguments: [(name: String, value: HeaderValue)] = [], isAutoDelete: Bool = false
        ) async throws {
            let settings = world.settings.rabbitmq
            let queue = try #require(world.settings.processors.first { $0.name == name }).queue
            let connection = try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1))
            try connection.letGo(of: queue, channel: 1)
            connection.closeAndWait()
            var declaration = QueueDeclaration(name: queue, arguments: arguments)
            declaration.isAutoDelete = isAutoDelete
            #expect(try await Topology.declare([declaration], settings: settings) == [.created])
        }

        @Test("A pause or drain that would delete an auto-delete queue is refused with the reason, and the processor keeps consuming")
        func autoDelete() async throws {
            let world = try await World.make()
            try await redeclare("sync", world, isAutoDelete: true)
            try await world.serving(reading: nil) { daemon in
                try await eventually("consuming") { world.log.messages.count { $0 == "Consuming" } == 3 }
                await #expect { try await daemon.supervisor.pause("sync") } throws: { Self.isRefusal($0) }
                await #expect { try await daemon.supervisor.drain("sync", waiting: .zero) } throws: { Self.isRefusal($0) }
                #expect(daemon.status.state(of: [2]) == .consuming)
                try await world.publish([#"{"id":"sync","version":1}"#], to: "sync")
                try await eventually("it comes") { world.document("sync") != nil }
                #expect(try await daemon.supervisor.pause("updated"), "the others can be paused")
            }
        }

        private static func isRefusal(_ error: any Error) -> Bool {
            guard case .destroysQueue(let text)? = error as? ProcessorRefusal else { return false }
            return text.contains("auto-delete") && text.contains("Declare it without")
        }

        @Test(
            "With parking off, a queue without a dead-letter exchange is not consumed and says why; one whose exchange leads back is no hot loop"
        )
        func rejecting() async throws {
            let world = try await World.make(more: "[dead_letter]\nenabled = false\n")
            let queue = world.settings.processors[0].queue
            try await redeclare(
                "updated", world, [("x-dead-letter-exchange", .string("")), ("x-dead-letter-routing-key", .string(queue))])
            try await world.publish([#"{"id":"sync","version":1}"#], to: "sync")
            try await world.serving(reading: nil) { daemon in
                try await eventually("the one consumes") { daemon.status.state(of: [0]) == .consuming }
                try await eventually("the others do not") { [1, 2].allSatisfy { daemon.status.state(of: [$0]) == .failed } }
                #expect(
                    daemon.status.health.reasons.contains { $0.contains("sync cannot consume") && $0.contains("x-dead-letter-exchange") })
                #expect(try await world.depths()["sync"] == 1)

                try await world.publish(["no JSON"], to: "updated")
                try await eventually("two slower turns") { await daemon.engine.pipeline.snapshot().counters[0].parked >= 5 }
                #expect(await daemon.engine.pipeline.snapshot().counters[0].parked <= 7)
                #expect(daemon.status.health.reasons.contains { $0.contains("come back") && $0.contains("leads to the queue again") })
                #expect(world.log.messages.count { $0.hasPrefix("A rejected message comes back") } == 1)
                try await world.publish([#"{"id":"good","version":1}"#], to: "updated")
                try await eventually("another is written meanwhile") { world.document("good") != nil }
            }
            try await eventually("it is back in its queue") { try await world.depths()["updated"] == 1 }
        }
    }
}
