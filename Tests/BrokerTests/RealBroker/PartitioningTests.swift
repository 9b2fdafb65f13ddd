import Broker
import Messages
import Settings
import Testing

@testable import Broker

extension RealBroker {
    @Suite("Partitions") struct PartitioningTests: Partitioned {
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

        @Test("The exchange that Warren 0.1 made is created again where order needs it, when the partitions are empty")
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
            // The consumer that subscribes first is active.
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
