import Messages
import Nodes
import Testing

@testable import Broker

extension RealBroker.OnOwnNode {
    @Suite("Stopping at any moment leaves the broker nothing to complain about") struct StopTests {
        @Test("While queues are being subscribed")
        func whileSubscribing() async throws {
            let node = try OwnNode.current
            let queues = [try await node.queue("one"), try await node.queue("two"), try await node.queue("three")]
            let complaints = try await node.complaints {
                for _ in 1...20 {
                    let recorder = EventRecorder()
                    let consumer = node.consumer(of: queues, recorder)
                    async let running: Void = consumer.run()
                    while !recorder.events.contains(where: { if case .connected = $0 { true } else { false } }) { await Task.yield() }
                    await consumer.cancel()
                    await consumer.close()
                    await running
                }
            }
            #expect(complaints == [])
        }

        @Test("While queues are looked at because nothing is delivered")
        func whileProving() async throws {
            let node = try OwnNode.current
            let queues = [try await node.queue("one"), try await node.queue("two"), try await node.queue("three")]
            let complaints = try await node.complaints {
                await withDiscardingTaskGroup { group in
                    // Around the time of the looks, in steps that hit their answers too.
                    for step in 0..<20 {
                        group.addTask {
                            let recorder = EventRecorder()
                            let consumer = node.consumer(of: queues, recorder)
                            async let running: Void = consumer.run()
                            while recorder.session(of: 2) == nil { await Task.yield() }
                            try? await Task.sleep(for: QueueProbe.patience + .milliseconds(step - 4))
                            await consumer.close()
                            await running
                        }
                    }
                }
            }
            #expect(complaints == [])
        }

        @Test("While deliveries are on their way")
        func whileDelivering() async throws {
            let node = try OwnNode.current
            let queue = try await node.queue()
            let publication = Publication(exchange: "", routingKey: queue, body: [1], encodedProperties: [], headers: [])
            let complaints = try await node.complaints {
                let publisher = Publisher(settings: node.settings)
                #expect(await publisher.publish(Array(repeating: publication, count: 500)).allSatisfy { $0.failure == nil })
                await publisher.close()
                try await withConsumer(of: [queue], settings: node.settings, prefetch: 300) { _, recorder in
                    try await recorder.wait("a delivery") { !$0.deliveries().isEmpty }
                }
            }
            #expect(complaints == [])
        }

        @Test("While a login is under way")
        func whileConnecting() async throws {
            let node = try OwnNode.current
            let complaints = try await node.complaints {
                for step in 0..<20 {
                    let consumer = node.consumer(of: [], EventRecorder())
                    async let running: Void = consumer.run()
                    try await Task.sleep(for: .microseconds(step * 1000))
                    await consumer.close()
                    await running
                }
            }
            #expect(complaints == [])
        }

        @Test("A connection on which only some queues found a channel is closed in order") func fewChannels() async throws {
            let node = try OwnNode.current
            let queue = try await node.queue()
            // The broker allows 2047 channels.
            let complaints = try await node.complaints {
                let recorder = EventRecorder()
                let consumer = node.consumer(of: Array(repeating: queue, count: 2049), recorder)
                async let running: Void = consumer.run()
                try await recorder.wait("the last that fits, and the first that does not") {
                    $0.session(of: 2046) != nil && !$0.failures(of: 2048).isEmpty
                }
                await consumer.close()
                await running
                #expect(recorder.failures().isEmpty && recorder.failures(of: 2047).count == 1)
            }
            #expect(complaints == [])
        }

        @Test("A publisher whose channel the broker closes says goodbye on the connection")
        func channelClosed() async throws {
            let node = try OwnNode.current
            let complaints = try await node.complaints {
                let publisher = Publisher(settings: node.settings)
                let results = await publisher.publish([
                    Publication(exchange: "none", routingKey: "k", body: [], encodedProperties: [], headers: [])
                ])
                #expect(results.count { $0.failure != nil } == 1)
                await publisher.close()
            }
            #expect(complaints.count == 2 && complaints.allSatisfy { $0.contains("channel 1") || $0.contains("no exchange 'none'") })
        }
    }
}
