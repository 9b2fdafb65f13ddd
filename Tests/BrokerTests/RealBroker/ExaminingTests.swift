import Messages
import Testing

@testable import Broker

extension RealBroker {
    @Suite("Examining") struct ExaminingTests {
        @Test("All arguments that a queue was declared with are told, and nothing in it has changed")
        func arguments() async throws {
            let queue = try await PrivateNode.queue(arguments: [
                ("x-message-ttl", .integer(3_600_000)), ("x-dead-letter-exchange", .string("elsewhere")), ("x-max-length", .integer(1000)),
                ("x-overflow", .string("drop-head")), ("x-single-active-consumer", .boolean(true)),
            ])
            try await publish(["a"], to: queue)
            let examination = try await Topology.examine(sources: [queue], others: [], settings: PrivateNode.settings())
            #expect(examination.version.map { $0.split(separator: ".").count >= 2 } == true)
            #expect(examination.mayPublish == true)
            #expect(examination.queues.first?.mayConsume == true)
            #expect(examination.queues.first?.properties?.isDurable == true)
            #expect(
                examination.queues.first?.properties?.arguments == [
                    "x-message-ttl": "3600000", "x-dead-letter-exchange": "elsewhere", "x-max-length": "1000", "x-overflow": "drop-head",
                    "x-single-active-consumer": "true", "x-expires": "300000",
                ])
            let browser = try await QueueBrowser.open(queue, settings: PrivateNode.settings())
            #expect(try await browser.next()?.redelivered == false)
            try await browser.close()
        }

        @Test("A quorum queue is told as one, and a missing one as missing without being created")
        func types() async throws {
            let queue = try await PrivateNode.queue(arguments: [("x-queue-type", .string("quorum"))])
            let missing = queue + ".missing"
            let settings = try PrivateNode.settings()
            let examination = try await Topology.examine(sources: [], others: [queue, missing], settings: settings)
            #expect(examination.queues.map(\.type) == ["quorum", nil])
            #expect(examination.queues.map(\.mayConsume) == [nil, nil])
            guard case .missing = examination.queues[1].state, case .missing = try await Topology.check([missing], settings: settings)[0]
            else {
                Issue.record("not missing: \(examination)")
                return
            }
        }
    }
}
