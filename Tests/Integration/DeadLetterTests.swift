import ControlMessages
import FaultProxy
import Messages
import Settings
import Testing
import Waiting

@testable import Broker
@testable import Service

extension WholeService {
    @Suite("Dead letters") struct DeadLetterOfficeTests {
        @Test("Listing counts by reason, and leaves the queue exactly as it was") func list() async throws {
            let world = try await World.make()
            try await world.park(["bad-key", "not-json", "bad-key"])
            let office = DeadLetterService { world.settings }
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

        @Test("One is shown by its id, which stays when others go; one that is not there is told as such") func show() async throws {
            let world = try await World.make()
            try await world.park(["bad-key", "not-json"])
            let office = DeadLetterService { world.settings }
            let ids = try await office.list("updated", limit: 10).letters.map(\.id)
            #expect(try await office.drop("updated", DeadLetterOrder(id: ids[0])).done == 1)
            for id in [ids[1], String(ids[1].prefix(8))] {
                let detail = try await office.show("updated", id: id, isRedacted: false)
                #expect(detail.letter.id == ids[1])
                #expect(detail.letter.reason == "not-json")
                #expect(detail.body == "message 1")
            }
            let error = await #expect(throws: ControlError.self) { try await office.show("updated", id: ids[0], isRedacted: false) }
            #expect(error?.status == 404)
            #expect(try await office.drop("updated", DeadLetterOrder(id: ids[1])).done == 1)
        }

        @Test("Two letters with one name: nothing is done, both are told, and each can be named") func twins() async throws {
            let world = try await World.make()
            let name = String(repeating: "3fa94c07", count: 4)
            try await world.park(["bad-key", "bad-key", "not-json"], letter: { $0 == 2 ? nil : name })
            let office = DeadLetterService { world.settings }
            for verb in [office.drop, office.replay] {
                let error = await #expect(throws: ControlError.self) { try await verb("updated", DeadLetterOrder(id: name)) }
                #expect(error?.code == "ambiguous_id")
                #expect(error?.message.contains("2 dead letters") == true)
            }
            let error = try #require(
                await #expect(throws: ControlError.self) { try await office.show("updated", id: name, isRedacted: true) })
            #expect(try await world.depths()["updated.dead"] == 3)
            let ids = error.message.split(separator: " ").filter { $0.hasPrefix("\(name).") }.map(String.init)
            #expect(Set(ids).count == 2)
            let detail = try await office.show("updated", id: ids[1], isRedacted: false)
            #expect(try await office.drop("updated", DeadLetterOrder(id: ids[0])).done == 1)
            #expect(try await office.show("updated", id: name, isRedacted: false).body == detail.body)
        }

        @Test("A replay by reason sends those home, counted once more, and the others stay in their order") func replay() async throws {
            let world = try await World.make()
            try await world.park(["bad-key", "not-json", "bad-key", "too-large"])
            let office = DeadLetterService { world.settings }
            let trial = try await office.replay("updated", DeadLetterOrder(reason: "bad-key", dryRun: true))
            #expect([trial.seen, trial.matched, trial.done] == [4, 2, 0])
            #expect(try await world.depths()["updated.dead"] == 4)

            let report = try await office.replay("updated", DeadLetterOrder(reason: "bad-key"))
            #expect([report.seen, report.matched, report.done] == [4, 2, 2])
            #expect(report.failure == nil)
            #expect(try await world.depths()["updated"] == 2)
            #expect(try await office.list("updated", limit: 10).letters.map(\.reason) == ["not-json", "too-large"])
            let home = try await world.takeMessages(from: world.settings.processors[0].queue)
            #expect(home.map { String(decoding: $0.body, as: UTF8.self) } == ["message 0", "message 2"])
            #expect(home.map { $0.headers["warren-replays"] } == [.integer(1), .integer(1)])
        }

        @Test("A crash between the confirm and the acknowledgement repeats messages, and loses none") func crash() async throws {
            let world = try await World.make()
            try await world.park(["bad-key", "bad-key", "bad-key"])
            let proxy = try FaultProxy(to: world.settings.rabbitmq.endpoints[0].port)
            defer { proxy.stop() }
            var settings = world.settings
            settings.rabbitmq.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: proxy.port)]
            let office = DeadLetterService { [settings] in settings }
            let publisher = Publisher(settings: world.settings.rabbitmq)
            // The connection that would acknowledge dies when the messages are safe at home. Whether that is seen when acknowledging or when
            // closing is up to the kernel; it is never taken for done.
            let result: Result<DeadLetterReport, ControlError>
            do throws(ControlError) {
                result = .success(
                    try await office.carryOut(DeadLetterOrder(all: true), on: "updated") { target, letters in
                        let results = await publisher.publish(letters.map { DeadLetter.replay($0, to: target.source) })
                        proxy.apply(.reset)
                        return results
                    })
            } catch {
                result = .failure(error)
            }
            if case .success(let report) = result {
                #expect(report.failure?.contains("RabbitMQ did not confirm the end") == true)
                #expect([report.done, report.inDoubt] == [0, 3])
            }
            await publisher.close()
            #expect(try await world.depths()["updated"] == 3)
            try await eventually("back in the dead-letter queue") { try await world.depths()["updated.dead"] == 3 }
        }

        @Test("Where the source queue is missing nothing is taken out, and the report says why") func noSource() async throws {
            let world = try await World.make()
            try await world.park(["bad-key"])
            let office = DeadLetterService { world.settings }
            let report = try await office.carryOut(DeadLetterOrder(all: true), on: "updated") { target, letters in
                let publisher = Publisher(settings: target.settings.rabbitmq)
                let results = await publisher.publish(letters.map { DeadLetter.replay($0, to: "warren.nowhere") })
                await publisher.close()
                return results
            }
            #expect(report.done == 0)
            #expect(report.failure?.contains("NO_ROUTE") == true)
            #expect(try await world.depths()["updated.dead"] == 1)
        }

        @Test("One request at a time works on a queue") func busy() async throws {
            let world = try await World.make()
            try await world.park(["bad-key"])
            let office = DeadLetterService { world.settings }
            let (code, told) = AsyncStream.makeStream(of: String.self)
            _ = try await office.carryOut(DeadLetterOrder(all: true), on: "updated") { _, letters in
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
            try await world.park(["bad-key", "not-json", "bad-key"])
            let office = DeadLetterService { world.settings }
            let id = try await office.list("updated", limit: 10).letters[1].id
            let trial = try await office.drop("updated", DeadLetterOrder(id: id, dryRun: true))
            #expect([trial.matched, trial.done] == [1, 0])
            let report = try await office.drop("updated", DeadLetterOrder(id: id))
            #expect([report.matched, report.done] == [1, 1])
            #expect(try await office.list("updated", limit: 10).letters.map(\.reason) == ["bad-key", "bad-key"])
            #expect(try await office.drop("updated", DeadLetterOrder(limit: 1)).done == 1)
            #expect(try await world.depths()["updated.dead"] == 1)
        }

        @Test("A hundred thousand are no more than a few at a time: a bulk of large ones is bounded in bytes") func large() async throws {
            let world = try await World.make()
            let body = Array(repeating: UInt8(ascii: "x"), count: 3 << 20)
            try await world.park(Array(repeating: "too-large", count: 5), body: { _ in body })
            let office = DeadLetterService { world.settings }
            let sizes = Box<[Int]>([])
            _ = try await office.carryOut(DeadLetterOrder(all: true), on: "updated") { _, letters in
                sizes.update { $0.append(letters.count) }
                return letters.map { _ in .success(()) }
            }
            #expect(sizes.value == [3, 2])
        }

        @Test("One that is larger than a bulk by itself is listed, shown and replayed like any other, and so are those behind it")
        func largerThanABulk() async throws {
            let world = try await World.make()
            let size = DeadLetterService.bulkBytes + (1 << 20)
            try await world.park(["bad-key", "too-large", "not-json"]) { index in
                index == 1 ? Array(repeating: UInt8(ascii: "x"), count: size) : Array("message \(index)".utf8)
            }
            let office = DeadLetterService { world.settings }
            let letters = try await office.list("updated", limit: 10).letters
            #expect(letters.map(\.bodyBytes) == [9, size, 9])
            let detail = try await office.show("updated", id: letters[1].id, isRedacted: false)
            #expect(detail.letter.bodyBytes == size)
            #expect(detail.isBodyCut && detail.body.utf8.count == DeadLetterContent.bodyBytes)
            #expect(try await office.show("updated", id: letters[2].id, isRedacted: false).body == "message 2")
            #expect(try await office.replay("updated", DeadLetterOrder(reason: "too-large")).done == 1)
            #expect(try await world.takeMessages(from: world.settings.processors[0].queue).map(\.bodyBytes) == [size])
            #expect(try await office.list("updated", limit: 10).letters.map(\.reason) == ["bad-key", "not-json"])
        }

        @Test("What is reported done is done: several hundred at once, and nothing else is touched", arguments: ["classic", "quorum"])
        func counts(type: String) async throws {
            let world = try await World.make()
            let settings = try await world.settings(ofType: type)
            let office = DeadLetterService { settings }
            let queue = settings.processors[0].queue + settings.deadLetter.suffix
            try await world.park((0..<450).map { $0.isMultiple(of: 3) ? "bad-key" : "not-json" }, queue: queue)
            let replayed = try await office.replay("updated", DeadLetterOrder(reason: "bad-key"))
            #expect([replayed.matched, replayed.done, replayed.inDoubt] == [150, 150, 0])
            #expect(replayed.failure == nil)
            try await world.waitUntilReady(300, in: queue)
            try await world.waitUntilReady(150, in: settings.processors[0].queue)
            let first = try await office.drop("updated", DeadLetterOrder(limit: 40))
            #expect([first.seen, first.done] == [40, 40], "what an order cannot be about is not looked at")
            try await world.waitUntilReady(260, in: queue)
            let rest = try await office.drop("updated", DeadLetterOrder(all: true))
            #expect([rest.done, rest.inDoubt] == [260, 0])
            try await world.waitUntilReady(0, in: queue)
        }

        @Test("However often a quorum queue is looked at, and whatever its limit, no letter is lost", arguments: [nil, 2, 0] as [Int?])
        func looks(limit: Int?) async throws {
            let world = try await World.make()
            let settings = try await world.settings(ofType: "quorum", limit: limit)
            let office = DeadLetterService { settings }
            let queue = settings.processors[0].queue + settings.deadLetter.suffix
            let count = SettlingProof.window + 5
            try await world.park(Array(repeating: "bad-key", count: count), queue: queue)
            let asked = await office.asksForConsent()
            let ids = Set(try await office.list("updated", limit: 1000, mayCount: asked).letters.map(\.id))
            #expect(ids.count == count)
            // Three looks each, together more than RabbitMQ 4 allows.
            for round in 0..<10 {
                try await world.waitUntilReady(count, in: queue)
                if asked { #expect(await office.asksForConsent(), "without consent nothing is looked at") }
                let mayCount = asked || limit != nil
                let listing = try await office.list("updated", limit: 1000, mayCount: mayCount)
                #expect(listing.seen == count, "round \(round)")
                #expect(Set(listing.letters.map(\.id)) == ids, "round \(round)")
                // Without a wait: what a look took is back when it ends.
                let none = try await office.replay("updated", DeadLetterOrder(reason: "not-json", dryRun: round.isMultiple(of: 2)))
                #expect([none.seen, none.done, none.inDoubt] == [count, 0, 0])
                #expect(none.failure == nil)
                _ = try await office.show("updated", id: listing.letters[0].id, isRedacted: true, mayCount: mayCount)
            }
            let rest = try await office.drop("updated", DeadLetterOrder(all: true))
            #expect([rest.done, rest.inDoubt] == [count, 0])
        }

        @Test("A letter that nobody consented to look at is not even fetched") func refused() async throws {
            let world = try await World.make()
            let settings = try await world.settings(ofType: "quorum")
            let office = DeadLetterService { settings }
            let queue = settings.processors[0].queue + settings.deadLetter.suffix
            #expect(try await office.list("updated", limit: 1).ready == 0, "an empty queue costs nothing")
            try await world.park(["bad-key"], queue: queue)
            guard await office.asksForConsent() else { return }
            for _ in 0..<30 { #expect(await office.asksForConsent()) }
            let browser = try await QueueBrowser.open(queue, settings: settings.rabbitmq)
            let letter = try #require(try await browser.next())
            #expect(!letter.redelivered)
            _ = await browser.acknowledge([letter.tag])
            try await browser.close()
        }
    }
}
