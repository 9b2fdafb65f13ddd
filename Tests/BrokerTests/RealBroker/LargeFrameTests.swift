import Messages
import Nodes
import RawClient
import Testing
import Threads

@testable import Broker

extension RealBroker.OnOwnNode {
    /// A broker that lets publishers agree on frames of 4 MiB, which Warren does not.
    @Suite("A larger frame size at the broker", .serialized)
    struct LargeFrameTests {
        @Test(
            "Content headers of up to 1 MiB are read, larger ones passed over; what is behind them comes, and another queue notices nothing"
        )
        func headers() async throws {
            let node = try OwnNode.current
            try await node.ctl("eval", "application:set_env(rabbit, frame_max, \(4 << 20)).")
            let (queue, innocent) = (try await node.queue(), try await node.queue("innocent"))
            // With the 12 bytes before them, properties make a content header.
            let limit = FrameReader.largestContentHeader - ContentHeader.fixedBytes
            let sizes = [140_000, limit, limit + 1, 3 << 20]
            try await onBlockingThread(named: "raw-client") { () throws(any Error) in
                let client = try RawClient(port: node.port, frameBytes: 4 << 20)
                try #require(client.frameBytes == 4 << 20)
                for (index, size) in sizes.enumerated() {
                    try client.publish(Array("large \(index)".utf8), properties: RawClient.properties(bytes: size), to: queue)
                    try client.publish(Array("behind \(index)".utf8), properties: [0, 0], to: queue)
                    try client.publish([1], properties: [0, 0], to: innocent)
                }
            }
            let recorder = EventRecorder()
            let consumer = node.consumer(of: [queue, innocent], recorder)
            async let running: Void = consumer.run()
            try await recorder.wait("all of both") { $0.deliveries(of: 0).count == 8 && $0.deliveries(of: 1).count == 4 }
            await consumer.close()
            await running
            try await node.ctl("eval", "application:set_env(rabbit, frame_max, 131072).")
            let seen = recorder.deliveries(of: 0)
            #expect(seen.map(\.text) == (0..<4).flatMap { ["large \($0)", "behind \($0)"] })
            #expect(
                seen.map(\.unreadable) == [
                    nil, nil, nil, nil, .tooLarge(headerBytes: FrameReader.largestContentHeader + 1), nil,
                    .tooLarge(headerBytes: (3 << 20) + ContentHeader.fixedBytes), nil,
                ])
            #expect(seen.map(\.encodedProperties.count) == [140_000, 2, limit, 2, 0, 2, 0, 2])
            #expect(recorder.lostSessions().isEmpty)
        }
    }
}
