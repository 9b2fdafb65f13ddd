import Nodes
import Testing
import Waiting

@testable import Broker

extension RealBroker.OnOwnNode {
    /// A broker that takes messages of 1000 bytes at most: less than another one took, or itself before an upgrade.
    @Suite("Messages that the broker refuses for what they are", .serialized)
    struct RefusedPublicationTests {
        private func allow(bytes: Int) async throws {
            try await OwnNode.current.ctl(
                "eval",
                "application:set_env(rabbit, max_message_size, \(bytes)), persistent_term:put(max_message_size, \(bytes)).")
        }

        private func publication(_ bytes: Int, to queue: String) -> Publication {
            Publication(
                exchange: "", routingKey: queue, body: [UInt8](repeating: 0x61, count: bytes)[...], encodedProperties: [], headers: [])
        }

        @Test("Those alone fail, with the broker's word and for good; all that were sent with them are confirmed")
        func tooLarge() async throws {
            let node = try OwnNode.current
            let queue = try await node.queue()
            try await allow(bytes: 1000)
            let sizes = (0..<40).map { $0 % 13 == 5 ? 2000 : 500 }
            let publisher = Publisher(settings: node.settings)
            let results = await publisher.publish(sizes.map { publication($0, to: queue) })
            // What comes later goes as before.
            let later = await publisher.publish([publication(500, to: queue)])
            await publisher.close()
            try await allow(bytes: 134_217_728)
            for (size, failure) in zip(sizes, results.map(\.failure)) {
                if size == 500 {
                    #expect(failure == nil)
                } else {
                    guard case .refused(let text)? = failure else { Issue.record("\(failure as Any)"); continue }
                    #expect(text.hasPrefix("406 PRECONDITION_FAILED"))
                    #expect(failure?.isFinal == true)
                }
            }
            #expect(later.map(\.failure) == [nil])
            // Twice is allowed: those that were sent with a refused one may have been there already.
            guard case .present(let depth) = try await Topology.check([queue], settings: node.settings)[0] else {
                throw Late()
            }
            #expect(depth.messages >= sizes.count { $0 == 500 } + 1)
        }

        @Test("A missing exchange fails all of them, and none as its own fault")
        func missingExchange() async throws {
            let publisher = Publisher(settings: try OwnNode.current.settings)
            let results = await publisher.publish(
                (0..<3).map { Publication(exchange: "nowhere", routingKey: "\($0)", body: [1], encodedProperties: [], headers: []) })
            await publisher.close()
            #expect(results.count == 3)
            for result in results {
                guard case .connection(let error)? = result.failure else { Issue.record("\(result)"); continue }
                guard case .channelClosed(404, _) = error.reason else { Issue.record("\(error)"); continue }
            }
        }
    }
}
