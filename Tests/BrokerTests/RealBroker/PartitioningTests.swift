import Broker
import FaultProxy
import Messages
import Settings
import Synchronization
import Testing

@testable import Broker

/// What a partitioning tells.
private final class Steps: Sendable {
    private let told = Mutex<[Partitioning.Step]>([])
    var all: [Partitioning.Step] { told.withLock { $0 } }
    func append(_ step: Partitioning.Step) { told.withLock { $0.append(step) } }
}

extension RealBroker {
    @Suite("Partitions") struct PartitioningTests {
        private func processor(_ test: String = #function, partitions: Int, type: QueueType? = nil) -> ProcessorSettings {
            let queue = "broker-tests.\(test.prefix { $0 != "(" }).\(UInt32.random(in: .min ... .max))"
            var processor = ProcessorSettings(name: "p", queue: queue, operation: .update, collection: "c", key: JSONPointer())
            (processor.partitions, processor.queueType) = (partitions, type)
            return processor
        }

        private func partitioning(_ processor: ProcessorSettings) throws -> Partitioning {
            var partitioning = try #require(Partitioning(processor, settings: PrivateNode.settings()))
            partitioning.settleTime = .milliseconds(500)
            return partitioning
        }

        /// `key:number`, published with the key as routing key.
        private func deal(_ numbers: Range<Int>, keys: Int, to exchange: String) async throws {
            let publisher = Publisher(settings: try PrivateNode.settings())
            let results = await publisher.publish(
                numbers.map { number in
                    Publication(
                        exchange: exchange, routingKey: "k\(number % keys)", body: [UInt8]("k\(number % keys):\(number)".utf8)[...],
                        encodedProperties: [], headers: [])
                })
            await publisher.close()
            for result in results { #expect(throws: Never.self) { try result.get() } }
        }

        private func delete(_ names: PartitionNames) throws {
            for queue in names.partitions + [names.queue, names.instances] { try PrivateNode.delete(queue) }
        }

        /// The numbers of each key, in the order of their delivery, if each key came from one queue only.
        private func numbers(_ deliveries: [[Delivery]]) -> [String: [Int]] {
            var numbers: [String: [Int]] = [:]
            var queues: [String: Set<Int>] = [:]
            for (queue, list) in deliveries.enumerated() {
                for delivery in list {
                    let parts = delivery.text.split(separator: ":")
                    numbers[String(parts[0]), default: []].append(Int(parts[1]) ?? -1)
                    queues[String(parts[0]), default: []].insert(queue)
                }
            }
            for (key, queues) in queues { #expect(queues.count == 1, "\(key) is in partitions \(queues)") }
            return numbers
        }

        @Test(
            "With versions a broker that has x-modulus-hash only deals out by that, each key into one partition; provisioned again it stays so",
            arguments: [["x-not-there", "x-modulus-hash"], ["x-modulus-hash"]])
        func modulusHash(types: [String]) async throws {
            var processor = processor(partitions: 4)
            processor.version = JSONPointer()
            var partitioning = try partitioning(processor)
            partitioning.hashTypes = types
            try await partitioning.provide { _ in }
            // As if the better plugin had been enabled meanwhile.
            partitioning.hashTypes = Partitioning.hashTypes
            try await partitioning.provide { _ in }
            try await deal(0..<200, keys: 20, to: partitioning.names.entry)
            try await withConsumer(of: partitioning.names.partitions) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == 200 }
                let numbers = numbers((0..<4).map { recorder.deliveries(of: $0) })
                #expect(numbers.count == 20)
                for (_, list) in numbers { #expect(list == list.sorted() && list.count == 10) }
                #expect((0..<4).count { !recorder.deliveries(of: $0).isEmpty } > 1, "not all in one partition")
            }
            try delete(partitioning.names)
        }

        @Test(
            "A header, and whatever has no version, is dealt out by x-consistent-hash only, and the error names the plugin",
            arguments: [.header("company"), .routingKey] as [PartitionKey])
        func modulusHashKnowsNoHeaders(key: PartitionKey) async throws {
            var processor = processor(partitions: 2)
            (processor.partitionBy, processor.version) = (key, key == .routingKey ? nil : JSONPointer())
            var partitioning = try partitioning(processor)
            partitioning.hashTypes = ["x-not-there", "x-modulus-hash"]
            do throws(Partitioning.Failure) {
                try await partitioning.provide { _ in }
                Issue.record("a header cannot be dealt out by x-modulus-hash")
            } catch {
                #expect("\(error)".contains("rabbitmq_consistent_hash_exchange"))
            }
            for queue in [partitioning.names.queue, partitioning.names.instances] { try PrivateNode.delete(queue) }
        }

        @Test(
            "What waits in the queue is moved into the partitions, each key into one of them and in its order; then the way in leads there")
        func provided() async throws {
            let processor = processor(partitions: 4)
            let partitioning = try partitioning(processor)
            let names = partitioning.names
            // While nothing but the way in is there, messages wait in the queue.
            try await partitioning.provide { _ in }
            try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                try connection.unbind(partitioning.way, channel: channel)
            }
            try await deal(0..<300, keys: 20, to: names.entry)
            #expect(try await PrivateNode.depth(of: names.queue)?.messages == 300)
            let steps = Steps()
            try await partitioning.provide { step in steps.append(step) }
            #expect(steps.all.contains(.moved(300)))
            #expect(!steps.all.contains { if case .created = $0 { true } else { false } }, "it can be repeated")
            try await deal(300..<600, keys: 20, to: names.entry)
            #expect(try await PrivateNode.depth(of: names.queue)?.messages == 0)
            try await withConsumer(of: names.partitions) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count == 600 }
                let numbers = numbers((0..<4).map { recorder.deliveries(of: $0) })
                #expect(numbers.count == 20)
                for (_, list) in numbers { #expect(list == list.sorted() && list.count == 30) }
                #expect((0..<4).allSatisfy { !recorder.deliveries(of: $0).isEmpty }, "all partitions have a part")
            }
            try delete(names)
        }

        @Test(
            "More partitions: what is published meanwhile waits, nothing is lost, and each key's messages come in order from one partition at a time"
        )
        func grown() async throws {
            var processor = processor(partitions: 2)
            let old = try partitioning(processor)
            try await old.provide { _ in }
            try await deal(0..<200, keys: 60, to: old.names.entry)
            processor.partitions = 5
            let grown = try partitioning(processor)
            try await withConsumer(of: old.names.partitions) { consumer, recorder in
                let steps = Steps()
                async let growth: Void = grown.provide { step in steps.append(step) }
                try await recorder.wait("the old ones") { $0.deliveries().count == 200 }
                try await recorder.wait("the way in to be closed") { _ in
                    steps.all.contains { if case .waiting = $0 { true } else { false } }
                }
                for index: SubscriptionID in 0...1 {
                    let count = recorder.deliveries(of: index).count
                    consumer.acknowledge([try recorder.acknowledgement(.through(DeliveryTag(rawValue: UInt64(count))), of: index)])
                }
                try await deal(200..<400, keys: 60, to: old.names.entry)
                try await growth
                #expect(steps.all.contains(.grown(from: 2, to: 5)))
            }
            try await withConsumer(of: grown.names.partitions) { _, recorder in
                try await recorder.wait("the new ones") { $0.deliveries().count >= 200 }
                let numbers = numbers((0..<5).map { recorder.deliveries(of: $0) })
                #expect(numbers.values.reduce(0) { $0 + $1.count } == 200 && numbers.count == 60)
                for (_, list) in numbers { #expect(list == list.sorted() && list.allSatisfy { $0 >= 200 }) }
                #expect((0..<5).allSatisfy { !recorder.deliveries(of: $0).isEmpty }, "all partitions have a part")
            }
            processor.partitions = 3
            await #expect(throws: Partitioning.Failure.self) { try await self.partitioning(processor).provide { _ in } }
            try delete(grown.names)
        }

        @Test("A message that no partition takes stays where it is, and so do those behind it")
        func unroutable() async throws {
            let partitioning = try partitioning(processor(partitions: 1))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                try connection.unbind(partitioning.hashBindings[0], channel: channel)
                // Without that the messages would come back to the queue.
                try connection.unbind(partitioning.fallback, channel: channel)
            }
            try await publish(["a", "b"], to: names.queue)
            let mover = try await QueueMover.open(names, settings: PrivateNode.settings())
            #expect(try await mover.acquire())
            await #expect(throws: MoveFailure.self) { try await mover.moveNext() }
            #expect(try await mover.ready() == 2)
            await mover.close()
            try delete(names)
        }

        @Test("One mover at a time: the next one gets its turn when the first has released it, or is gone")
        func locked() async throws {
            let partitioning = try partitioning(processor(partitions: 1))
            try await partitioning.provide { _ in }
            let (first, second) = (
                try await QueueMover.open(partitioning.names, settings: PrivateNode.settings()),
                try await QueueMover.open(partitioning.names, settings: PrivateNode.settings())
            )
            #expect(try await first.acquire())
            #expect(try await !second.acquire())
            try await first.release()
            #expect(try await second.acquire())
            await second.close()
            #expect(try await first.acquire())
            await first.close()
            try delete(partitioning.names)
        }

        @Test(
            "A mover that stood still until it had lost the lock changes nothing afterwards: no old message comes behind newer ones",
            arguments: [[.toServer], [.toServer, .toClient]] as [[Direction]])
        func frozen(directions: [Direction]) async throws {
            let partitioning = try partitioning(processor(partitions: 1))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                try connection.unbind(partitioning.way, channel: channel)
            }
            try await deal(0..<20, keys: 1, to: names.entry)
            let settings = try PrivateNode.settings()
            let proxy = try FaultProxy(to: settings.endpoints[0].port)
            defer { proxy.stop() }
            var slow = settings
            slow.endpoints = [BrokerEndpoint(host: "127.0.0.1", port: proxy.port)]
            let frozen = try await QueueMover.open(names, settings: slow, heartbeat: .seconds(1))
            #expect(try await frozen.acquire())
            let bulk = try await frozen.fetchNext()
            #expect(bulk.count == 20)
            proxy.apply(.stall(directions))
            // What it publishes now waits on the way.
            let publishing = Task { try await frozen.publish(bulk) }
            let successor = try await QueueMover.open(names, settings: settings)
            try await eventually("the successor has the lock") { try await successor.acquire() }
            try await eventually("the old ones") {
                _ = try await successor.moveNext()
                return try await PrivateNode.depth(of: names.partition(0))?.messages == 20
            }
            try await deal(20..<40, keys: 1, to: names.entry)
            try await eventually("the new ones") {
                _ = try await successor.moveNext()
                return try await PrivateNode.depth(of: names.partition(0))?.messages == 40
            }
            try proxy.heal()
            await #expect(throws: MoveFailure.self) { try await publishing.value }
            try await eventually("its connection has ended") { proxy.openCount == 0 }
            await successor.close()
            // Over a connection of its own, as it once did, it would have done harm.
            let publisher = Publisher(settings: settings)
            for result in await publisher.publish([
                Publication(exchange: names.hash, routingKey: "k0", body: bulk[0].body, encodedProperties: [], headers: [])
            ]) { try result.get() }
            await publisher.close()
            try await withConsumer(of: names.partitions) { _, recorder in
                try await recorder.wait("all") { $0.deliveries().count >= 41 }
                let numbers = recorder.deliveries().compactMap { $0.text.split(separator: ":").last.flatMap { Int($0) } }
                #expect(numbers == Array(0..<40) + [0])
            }
            try delete(names)
        }

        @Test("Instances are counted by their consumers on a queue in which nothing stays, whatever type the partitions have")
        func instances() async throws {
            let partitioning = try partitioning(processor(partitions: 1, type: .quorum))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            let settings = try PrivateNode.settings()
            let (first, second) = (
                try await QueueMover.open(names, settings: settings), try await QueueMover.open(names, settings: settings)
            )
            #expect(try await first.instances(countingUs: false) == 0)
            #expect(try await first.instances(countingUs: true) == 1)
            // Somebody's mistake neither stays there nor harms anybody.
            try await publish(["stray", "stray"], to: names.instances)
            #expect(try await second.instances(countingUs: true) == 2)
            try await publish(["stray"], to: names.instances)
            #expect(try await second.ready() == 0)
            #expect(try await first.instances(countingUs: true) == 2)
            try await eventually("nothing stays") { try await PrivateNode.depth(of: names.instances)?.messages == 0 }
            #expect(try await second.instances(countingUs: false) == 1)
            await second.close()
            await first.close()
            try await eventually("both are gone") { try await PrivateNode.depth(of: names.instances)?.consumers == 0 }
            try PrivateNode.delete(names.instances)
            let third = try await QueueMover.open(names, settings: settings)
            #expect(try await third.instances(countingUs: true) == nil)
            #expect(try await third.ready() == 0)
            await third.close()
            for queue in names.partitions + [names.queue] { try PrivateNode.delete(queue) }
        }

        @Test("Of what type a queue is takes the right to read only", arguments: QueueType.allCases)
        func typesAreAsked(type: QueueType) async throws {
            let partitioning = try partitioning(processor(partitions: 2, type: type))
            try await partitioning.provide { _ in }
            let names = partitioning.names
            #expect(
                try await Topology.types(of: names.partitions + ["broker-tests.no such queue"], settings: PrivateNode.settings())
                    == [type, type, nil])
            try delete(names)
        }

        @Test("The exchange that Warren 0.1 made is made anew where order needs it, when the partitions are empty")
        func renewed() async throws {
            var processor = processor(partitions: 3)
            let partitioning = try partitioning(processor)
            let names = partitioning.names
            try await partitioning.provide { _ in }
            try await partitioning.change { connection, channel throws(BrokerError.Reason) in
                try connection.delete(exchange: names.hash, channel: channel)
                var old = partitioning.hash("x-consistent-hash")
                old.isDurable = true
                try connection.declare(old, channel: channel)
                // In another order than the one that is kept.
                for binding in partitioning.hashBindings.reversed() { try connection.bind(binding, channel: channel) }
                try connection.bind(partitioning.way, channel: channel)
            }
            #expect(try await partitioning.examine() == .unstable)
            processor.version = JSONPointer()
            let versioned = try self.partitioning(processor)
            #expect(try await versioned.examine() == .kept)
            try await versioned.provide { #expect($0 != .renewing) }
            try await deal(0..<30, keys: 10, to: names.entry)
            let steps = Steps()
            try await withConsumer(of: names.partitions) { consumer, recorder in
                async let renewal: Void = partitioning.provide { step in steps.append(step) }
                try await recorder.wait("the old ones") { $0.deliveries().count == 30 }
                for index: SubscriptionID in 0..<3 where !recorder.deliveries(of: index).isEmpty {
                    let count = recorder.deliveries(of: index).count
                    consumer.acknowledge([try recorder.acknowledgement(.through(DeliveryTag(rawValue: UInt64(count))), of: index)])
                }
                try await renewal
            }
            #expect(steps.all.contains(.renewing))
            #expect(try await partitioning.examine() == .kept)
            try await deal(0..<30, keys: 10, to: names.entry)
            #expect(try await PrivateNode.depth(of: names.queue)?.messages == 0)
            try delete(names)
        }

        @Test("A partition is handed over in one step: the next one gets nothing before, and then all that was not acknowledged, in order")
        func handedOver() async throws {
            let partitioning = try partitioning(processor(partitions: 1, type: .classic))
            let queue = partitioning.names.partition(0)
            try await partitioning.provide { _ in }
            let (first, second) = (EventRecorder(), EventRecorder())
            let settings = try PrivateNode.settings()
            let consumers = [(first, UInt16(40)), (second, UInt16(1000))].map { recorder, prefetch in
                Consumer(
                    settings: settings,
                    subscriptions: [Subscription(processor: 0, queue: queue, prefetch: prefetch, handsOver: true)],
                    onEvent: recorder.onEvent)
            }
            async let runningFirst: Void = consumers[0].run()
            try await first.wait("the first") { $0.session() != nil }
            // Whoever subscribes first is active.
            async let runningSecond: Void = consumers[1].run()
            try await publish((0..<200).map { "\($0)" }, to: queue)
            try await first.wait("its window") { $0.deliveries().count == 40 }
            try await second.wait("the second") { $0.session() != nil }
            consumers[0].setPaused(true, processors: [0])
            await consumers[0].deliveriesEnded(of: 0)
            // What is acknowledged makes room, and what comes is left to the next one.
            consumers[0].acknowledge([try first.acknowledgement(.through(30))])
            #expect(second.deliveries().isEmpty)
            await consumers[0].release(0)
            try await second.wait("the rest") { $0.deliveries().count == 170 }
            #expect(second.deliveries().map(\.text) == (30..<200).map { "\($0)" })
            #expect(first.deliveries().count == 40)
            // Going on again, it waits behind the other one.
            consumers[0].setPaused(false, processors: [0])
            try await first.wait("a new session") { $0.sessions().count == 2 }
            for consumer in consumers { await consumer.close() }
            _ = await (runningFirst, runningSecond)
            try delete(partitioning.names)
        }
    }
}

extension RealBroker.OnOwnNode {
    @Suite("Partitions") struct PartitionRestartTests {
        /// Which partition each key is in, by messages published to the way in. They are taken out.
        private func partitions(of keys: Int, _ names: PartitionNames, on node: OwnNode) async throws -> [String: Int] {
            let publisher = Publisher(settings: node.settings)
            let results = await publisher.publish(
                (0..<keys).map {
                    Publication(
                        exchange: names.entry, routingKey: "k\($0)", body: [UInt8]("k\($0)".utf8)[...], encodedProperties: [], headers: [])
                })
            await publisher.close()
            for result in results { try result.get() }
            var found: [String: Int] = [:]
            try await withConsumer(of: names.partitions, settings: node.settings) { consumer, recorder in
                try await recorder.wait("all keys") { Set($0.deliveries().map(\.text)).count == keys }
                for index in 0..<names.count {
                    let list = recorder.deliveries(of: SubscriptionID(rawValue: index))
                    for delivery in list { found[delivery.text] = index }
                    guard let last = list.last else { continue }
                    consumer.acknowledge([try recorder.acknowledgement(.through(last.tag), of: SubscriptionID(rawValue: index))])
                }
            }
            return found
        }

        @Test("Each key keeps its partition over restarts of the broker: it is dealt out as before, or waits until it can be")
        func kept() async throws {
            let node = try OwnNode.current
            var processor = ProcessorSettings(name: "p", queue: "kept", operation: .update, collection: "c", key: JSONPointer())
            processor.partitions = 12
            let partitioning = try #require(Partitioning(processor, settings: node.settings))
            let names = partitioning.names
            try await partitioning.provide { _ in }
            let before = try await partitions(of: 600, names, on: node)
            #expect(Set(before.values).count == 12)
            for ending in ["stop", "kill"] {
                try await node.run(ending)
                try await node.run("start")
                let mover = try await QueueMover.open(names, settings: node.settings)
                if try await !mover.hasHash() {
                    #expect(try await partitioning.examine() == .missing)
                    // Nothing gets past while the exchange is not there.
                    let publisher = Publisher(settings: node.settings)
                    for result in await publisher.publish([
                        Publication(
                            exchange: names.entry, routingKey: "k1", body: [UInt8]("k1".utf8)[...], encodedProperties: [], headers: [])
                    ]) { try result.get() }
                    await publisher.close()
                    #expect(try await mover.ready() == 1)
                    let steps = Steps()
                    try await partitioning.restore { step in steps.append(step) }
                    #expect(steps.all == [.moved(1)])
                }
                #expect(try await mover.ready() == 0)
                await mover.close()
                #expect(try await partitioning.examine() == .kept)
                let after = try await partitions(of: 600, names, on: node)
                #expect(after == before, "\(after.count { before[$0.key] != $0.value }) of 600 keys moved")
            }
        }

        @Test("Where provision has not been, nothing is made anew")
        func notProvided() async throws {
            let node = try OwnNode.current
            let queue = try await node.queue()
            var processor = ProcessorSettings(name: "p", queue: queue, operation: .update, collection: "c", key: JSONPointer())
            processor.partitions = 2
            let partitioning = try #require(Partitioning(processor, settings: node.settings))
            await #expect(throws: Partitioning.Failure.self) { try await partitioning.restore { _ in } }
            #expect(try await partitioning.isMissing)
        }
    }
}
