import FaultProxy
import Settings
import Testing

@testable import Broker

extension RealBroker {
    @Suite("Publishing to several destinations") struct PublisherPoolTests {
        private func publication(to queue: String, in exchange: String = "") -> Publication {
            Publication(exchange: exchange, routingKey: queue, body: Array("a".utf8)[...], encodedProperties: [], headers: [])
        }

        // Stands in for a quorum queue without a leader, whose channel gets no answer from RabbitMQ.
        @Test("While one destination gets no answer, the others are published to")
        func noAnswer() async throws {
            let (hung, other) = (try await PrivateNode.queue("hung"), try await PrivateNode.queue("other"))
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            let settings = try PrivateNode.settings(through: proxy)
            let pool = PublisherPool(settings: settings)
            let first = try #require(pool.publisher(to: hung))
            #expect(await first.publish([publication(to: hung)]).map(\.failure) == [nil])
            proxy.apply(.blackHole())
            async let unanswered = first.publish([publication(to: hung)])
            let second = try #require(pool.publisher(to: other))
            #expect(await second.publish([publication(to: other)]).map(\.failure) == [nil])
            #expect(proxy.acceptedCount == 2)
            await pool.close()
            #expect(await unanswered.map { $0.failure == nil } == [false])
            #expect(pool.publisher(to: other) == nil, "closed, it opens no connection any more")
        }

        @Test("A destination that closes its channel takes nothing of the others with it")
        func missingExchange() async throws {
            let queue = try await PrivateNode.queue()
            let pool = PublisherPool(settings: try PrivateNode.settings())
            let (missing, there) = (try #require(pool.publisher(to: "pool.none")), try #require(pool.publisher(to: queue)))
            for _ in 1...5 {
                async let failed = missing.publish([publication(to: "k", in: "pool.none")])
                #expect(await there.publish((1...20).map { _ in publication(to: queue) }).allSatisfy { $0.failure == nil })
                #expect(await failed[0].failure != nil)
            }
            await pool.close()
            #expect(try await PrivateNode.depth(of: queue)?.messages == 100)
        }

        @Test("Connections are bounded; each destination keeps its own while it is published to")
        func bound() async throws {
            let pool = PublisherPool(settings: try PrivateNode.settings())
            let names = (0..<PublisherPool.mostConnections + 5).map { "pool.\($0)" }
            let publishers = names.compactMap { pool.publisher(to: $0) }
            #expect(publishers.count == names.count)
            #expect(Set(publishers.map(ObjectIdentifier.init)).count == PublisherPool.mostConnections)
            #expect(names.map { pool.publisher(to: $0) }.elementsEqual(publishers, by: ===))
            #expect(pool.threads.count == PublisherPool.mostConnections)
            await pool.keep(["pool.7"])
            #expect(pool.publisher(to: "pool.7") === publishers[7])
            #expect(pool.publisher(to: "pool.8") !== publishers[8])
            await pool.close()
        }
    }
}
