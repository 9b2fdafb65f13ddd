import Broker
import Mapping
import Testing

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
    }
}
