import Broker
import Control
import FaultProxy
import Mapping
import Settings
import Testing

@testable import Service

extension WholeService {
    @Suite("Dead letters") struct DeadLetterOfficeTests {
        @Test("Listing counts by reason, and leaves the queue exactly as it was") func list() async throws {
            let world = try await World.make()
            try await park(["bad-key", "not-json", "bad-key"], in: world)
            let office = DeadLetterOffice { world.settings }
            for _ in 0..<2 {
                let listing = try await office.list("updated", limit: 100)
                #expect(listing.ready == 3)
                #expect(listing.reasons.map(\.reason) == ["bad-key", "not-json"])
                #expect(listing.reasons.map(\.count) == [2, 1])
                #expect(listing.warnings.isEmpty)
            }
            #expect(try await office.list("updated", limit: 2).seen == 2)
            #expect(try await world.depths()["updated.dead"] == 3)
            let letters = try await world.deadLetters(of: "updated", count: 3)
            #expect(letters.map { String(decoding: $0.body, as: UTF8.self) } == ["message 0", "message 1", "message 2"])
        }

        @Test("One is shown by its place in the queue, and a place beyond its end is told as such") func show() async throws {
            let world = try await World.make()
            try await park(["bad-key", "not-json"], in: world)
            let office = DeadLetterOffice { world.settings }
            let detail = try await office.show("updated", number: 2, isRedacted: false)
            #expect(detail.letter.reason == "not-json")
            #expect(detail.body == "message 1")
            await #expect(throws: ControlError.self) { try await office.show("updated", number: 3, isRedacted: false) }
        }

        @Test("A replay by reason sends those home, counted once more, and the others stay in their order") func replay() async throws {
            let world = try await World.make()
            try await park(["bad-key", "not-json", "bad-key", "too-large"], in: world)
            let office = DeadLetterOffice { world.settings }
            let trial = try await office.replay("updated", DeadLetterOrder(reason: "bad-key", dryRun: true))
            #expect([trial.seen, trial.matched, trial.done] == [4, 2, 0])
            #expect(try await world.depths()["updated.dead"] == 4)

            let report = try await office.replay("updated", DeadLetterOrder(reason: "bad-key"))
            #expect([report.seen, report.matched, report.done] == [4, 2, 2])
            #expect(report.failure == nil)
            #expect(try await world.depths()["updated"] == 2)
            #expect(try await office.list("updated", limit: 10).letters.map(\.reason) == ["not-json", "too-large"])
            let home = try await fetch(world.settings.processors[0].queue, world)
            #expect(home.map { String(decoding: $0.body, as: UTF8.self) } == ["message 0", "message 2"])
            #expect(home.map { $0.headers["warren-replays"] } == [.integer(1), .integer(1)])
        }

        @Test("A crash between the confirm and the acknowledgement repeats messages, and loses none") func crash() async throws {
            let world = try await World.make()
            try await park(["bad-key", "bad-key", "bad-key"], in: world)
            let proxy = try FaultProxy(to: world.settings.rabbitmq.endpoints[0].port)
            defer { proxy.stop() }
            var settings = world.settings
            settings.rabbitmq.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: proxy.port)]
            let office = DeadLetterOffice { [settings] in settings }
            let publisher = Publisher(settings: world.settings.rabbitmq)
            // The connection that would acknowledge dies when the messages are safe at home. Whether that is seen when acknowledging or when
            // closing is up to the kernel; it is never taken for done.
            let result: Result<DeadLetterReport, ControlError>
            do throws(ControlError) {
                result = .success(
                    try await office.carryOut(DeadLetterOrder(), on: "updated") { place, letters in
                        let results = await publisher.publish(letters.map { DeadLetter.replay($0, to: place.source) })
                        proxy.apply(.reset)
                        return results
                    })
            } catch {
                result = .failure(error)
            }
            if case .success(let report) = result { #expect(report.failure?.contains("RabbitMQ did not confirm the end") == true) }
            await publisher.close()
            #expect(try await world.depths()["updated"] == 3)
            try await eventually("back in the dead-letter queue") { try await world.depths()["updated.dead"] == 3 }
        }

        @Test("Where the source queue is missing nothing is taken out, and the report says why") func noSource() async throws {
            let world = try await World.make()
            try await park(["bad-key"], in: world)
            let office = DeadLetterOffice { world.settings }
            let report = try await office.carryOut(DeadLetterOrder(), on: "updated") { place, letters in
                let publisher = Publisher(settings: place.settings.rabbitmq)
                let results = await publisher.publish(letters.map { DeadLetter.replay($0, to: "warren.nowhere") })
                await publisher.close()
                return results
            }
            #expect(report.done == 0)
            #expect(report.failure?.contains("NO_ROUTE") == true)
            #expect(try await world.depths()["updated.dead"] == 1)
        }

        @Test("While somebody works on a queue nobody else does") func busy() async throws {
            let world = try await World.make()
            try await park(["bad-key"], in: world)
            let office = DeadLetterOffice { world.settings }
            let (code, told) = AsyncStream.makeStream(of: String.self)
            _ = try await office.carryOut(DeadLetterOrder(), on: "updated") { _, letters in
                do throws(ControlError) {
                    _ = try await office.list("updated", limit: 1)
                    told.yield("none")
                } catch {
                    told.yield(error.code)
                }
                return letters.map { _ in .failure(.nacked) }
            }
            #expect(await code.first { _ in true } == "conflict")
            #expect(try await office.list("updated", limit: 1).ready == 1)
        }

        @Test("Dropping takes out what is meant, and nothing else") func drop() async throws {
            let world = try await World.make()
            try await park(["bad-key", "not-json", "bad-key"], in: world)
            let office = DeadLetterOffice { world.settings }
            let report = try await office.drop("updated", DeadLetterOrder(number: 2))
            #expect([report.matched, report.done] == [1, 1])
            #expect(try await office.list("updated", limit: 10).letters.map(\.reason) == ["bad-key", "bad-key"])
            #expect(try await office.drop("updated", DeadLetterOrder(limit: 1)).done == 1)
            #expect(try await world.depths()["updated.dead"] == 1)
        }

        @Test("A hundred thousand are no more than a few at a time: a bulk of large ones is bounded in bytes") func large() async throws {
            let world = try await World.make()
            let body = Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
            try await park(Array(repeating: "too-large", count: 5), in: world, body: { _ in body })
            let office = DeadLetterOffice { world.settings }
            let sizes = Box<[Int]>([])
            _ = try await office.carryOut(DeadLetterOrder(), on: "updated") { _, letters in
                sizes.update { $0.append(letters.count) }
                return letters.map { _ in .success(()) }
            }
            #expect(sizes.value == [3, 2])
        }

        @Test("One that is larger than a bulk by itself is listed, shown and replayed like any other, and so are those behind it")
        func largerThanABulk() async throws {
            let world = try await World.make()
            let size = DeadLetterOffice.bulkBytes + (1 << 20)
            try await park(["bad-key", "too-large", "not-json"], in: world) { index in
                index == 1 ? Array(repeating: UInt8(ascii: "x"), count: size) : Array("message \(index)".utf8)
            }
            let office = DeadLetterOffice { world.settings }
            #expect(try await office.list("updated", limit: 10).letters.map(\.bodyBytes) == [9, size, 9])
            let detail = try await office.show("updated", number: 2, isRedacted: false)
            #expect(detail.letter.bodyBytes == size)
            #expect(detail.isBodyCut && detail.body.utf8.count == DeadLetterContent.bodyBytes)
            #expect(try await office.show("updated", number: 3, isRedacted: false).body == "message 2")
            #expect(try await office.replay("updated", DeadLetterOrder(reason: "too-large")).done == 1)
            #expect(try await fetch(world.settings.processors[0].queue, world).map(\.bodyBytes) == [size])
            #expect(try await office.list("updated", limit: 10).letters.map(\.reason) == ["bad-key", "not-json"])
        }

        @Test("Near the delivery limit of a quorum queue an order ends before it costs others their place, and says so")
        func quorum() async throws {
            let world = try await World.make()
            let source = "\(world.settings.processors[0].queue).quorum"
            var settings = world.settings
            settings.processors[0] = ProcessorSettings(
                name: "updated", queue: source, operation: .update, collection: "companies", key: settings.processors[0].key)
            let quorum = [("x-queue-type", HeaderValue.string("quorum")), ("x-expires", .integer(600_000))]
            for declaration in try await Topology.declare(
                [QueueDeclaration(name: "\(source).dead", arguments: quorum)], settings: settings.rabbitmq)
            { #expect(declaration == .created) }
            let count = DeadLetterOffice.bulkMessages + 2
            try await park(Array(repeating: "bad-key", count: count), in: world, queue: "\(source).dead")
            let office = DeadLetterOffice { [settings] in settings }
            // A quorum queue takes a moment to have back what was looked at.
            func allAreReady() async throws {
                try await eventually("all are ready") {
                    let states = try await Topology.check(["\(source).dead"], settings: settings.rabbitmq)
                    return states.first == .present(QueueDepth(messages: count, consumers: 0))
                }
            }
            // Each look counts as a delivery.
            for _ in 0..<DeadLetterCensus.deliveryCountBound {
                try await allAreReady()
                #expect(try await office.list("updated", limit: 1000).seen == count)
            }
            try await allAreReady()
            let ended = try await office.replay("updated", DeadLetterOrder(reason: "another"))
            #expect([ended.seen, ended.done] == [DeadLetterOffice.bulkMessages, 0])
            #expect(ended.failure == DeadLetterCensus.endOfLook)
            try await allAreReady()
            // All of them are meant: nothing goes back, so nothing is in danger.
            let rest = try await office.drop("updated", DeadLetterOrder())
            #expect(rest.done == count)
            #expect(rest.failure == nil)
        }

        /// Puts messages with these reasons into the dead-letter queue of `updated`.
        private func park(
            _ reasons: [String], in world: World, queue: String? = nil, body: (Int) -> [UInt8] = { Array("message \($0)".utf8) }
        ) async throws {
            let publisher = Publisher(settings: world.settings.rabbitmq)
            let results = await publisher.publish(
                reasons.enumerated().map { index, reason in
                    Publication(
                        exchange: "", routingKey: queue ?? world.settings.processors[0].queue + ".dead", body: body(index)[...],
                        encodedProperties: [],
                        headers: [("warren-reason", .string(reason))])
                })
            await publisher.close()
            for result in results { try result.get() }
        }

        private func fetch(_ queue: String, _ world: World) async throws -> [Delivery] {
            let browser = try await QueueBrowser.open(queue, settings: world.settings.rabbitmq)
            let list = try await browser.take(atMost: 100, bytes: 1 << 24)
            try await browser.close()
            return list
        }
    }
}
