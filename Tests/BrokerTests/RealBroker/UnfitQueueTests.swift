import CRabbitMQ
import Messages
import Settings
import Testing

@testable import Broker

extension RealBroker {
    @Suite("Queues that are not consumed as they are") struct UnfitQueueTests {
        private let name = "broker-tests.unfit.\(UInt32.random(in: .min ... .max))"

        /// A queue that does not expire, around `body`.
        private func with(
            _ arguments: [(name: String, value: HeaderValue)] = [], isAutoDelete: Bool = false, _ body: () async throws -> Void
        ) async throws {
            var declaration = QueueDeclaration(name: name, arguments: arguments)
            declaration.isAutoDelete = isAutoDelete
            #expect(try await Topology.declare([declaration], settings: PrivateNode.settings()) == [.created])
            do { try await body() } catch {
                try PrivateNode.delete(name)
                throw error
            }
            if try await PrivateNode.depth(of: name) != nil { try PrivateNode.delete(name) }
        }

        @Test("A stream is refused as one, by the consumer and when it is looked at") func stream() async throws {
            try await with([("x-queue-type", .string("stream"))]) { () async throws in
                try await withConsumer(of: [name]) { _, recorder in
                    try await recorder.wait("the refusal") { !$0.failures(of: 0).isEmpty }
                    let error = try #require(recorder.failures(of: 0).first)
                    #expect(error.advice == .intervene && error.explanation.contains("is a stream"))
                    #expect(error.explanation.contains("classic or quorum"))
                    #expect(recorder.session() == nil)
                }
                let queue = try await Topology.examine(sources: [name], others: [], settings: PrivateNode.settings()).queues[0]
                #expect(queue.type == "stream" && queue.mayConsume == true)
            }
        }

        @Test("Classic and quorum queues take the arguments with which a stream is found out", arguments: ["classic", "quorum"])
        func others(type: String) async throws {
            try await with([("x-queue-type", .string(type))]) { () async throws in
                try await publish(["a"], to: name)
                try await withConsumer(of: [name]) { consumer, recorder in
                    try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                    consumer.acknowledge([try recorder.acknowledgement(.through(1))])
                }
                #expect(
                    try await Topology.examine(sources: [name], others: [], settings: PrivateNode.settings()).queues[0].type == type)
            }
        }

        @Test("A queue that another consumer has to itself is told as that, and not as a matter of rights") func exclusiveConsumer()
            async throws
        {
            try await with { () async throws in
                let settings = try PrivateNode.settings()
                let other = try Connection(ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1))
                try other.consumeExclusively(name)
                try await withConsumer(of: [name]) { _, recorder in
                    try await recorder.wait("the refusal") { !$0.failures(of: 0).isEmpty }
                    #expect(recorder.failures(of: 0).first?.explanation.contains("Another consumer has the queue to itself") == true)
                    other.closeAndWait()
                    try await recorder.wait("the session") { $0.session() != nil }
                }
            }
        }

        @Test("A queue with a dead-letter exchange of its own is consumed where one is needed", arguments: ["classic", "quorum"])
        func withExchange(type: String) async throws {
            let arguments: [(name: String, value: HeaderValue)] = [
                ("x-queue-type", .string(type)), ("x-dead-letter-exchange", .string("amq.fanout")), ("x-message-ttl", .integer(600_000)),
                ("x-max-length", .integer(1000)),
            ]
            try await with(arguments) { () async throws in
                try await publish(["a"], to: name)
                try await withConsumer(of: [name], needsDeadLetterExchange: true) { consumer, recorder in
                    try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                    consumer.acknowledge([try recorder.acknowledgement(.through(1))])
                }
            }
        }

        @Test("One without is not consumed, what is in it stays as it was, and it is consumed once it has one") func withoutExchange()
            async throws
        {
            try await with { () async throws in
                try await publish(["a"], to: name)
                try await withConsumer(of: [name], needsDeadLetterExchange: true) { _, recorder in
                    try await recorder.wait("the refusal") { !$0.failures(of: 0).isEmpty }
                    let error = try #require(recorder.failures(of: 0).first)
                    #expect(error.advice == .intervene && error.fault.contains("no x-dead-letter-exchange"))
                    #expect(try await PrivateNode.depth(of: name) == QueueDepth(messages: 1, consumers: 0))
                    try PrivateNode.delete(name)
                    _ = try await Topology.declare(
                        [QueueDeclaration(name: name, arguments: [("x-dead-letter-exchange", .string(""))])],
                        settings: PrivateNode.settings())
                    try await recorder.wait("the session") { $0.session() != nil }
                    #expect(recorder.deliveries().isEmpty)
                }
            }
        }

        @Test("Looking creates nothing: a missing queue stays missing, and is told as that") func missing() async throws {
            try await withConsumer(of: [name], needsDeadLetterExchange: true) { _, recorder in
                try await recorder.wait("two tries") { $0.failures(of: 0).count >= 2 }
                #expect(recorder.failures(of: 0).first?.explanation.contains("warren provision") == true)
            }
            #expect(try await PrivateNode.depth(of: name) == nil)
        }

        @Test("What a queue that is left would lose is known beforehand") func leaving() async throws {
            let settings = try PrivateNode.settings()
            #expect(try await Topology.leaving([name], settings: settings) == [.stays], "it is not there")
            try await with(isAutoDelete: true) { () async throws in
                #expect(try await Topology.leaving([name], settings: settings) == [.isDeleted])
                #expect(
                    try await Topology.examine(sources: [name], others: [], settings: settings).queues[0].properties?.isAutoDelete == true)
                #expect(try await PrivateNode.depth(of: name) == QueueDepth(messages: 0, consumers: 0), "asking has not deleted it")
            }
            for type in ["classic", "quorum", "stream"] {
                try await with([("x-queue-type", .string(type))]) { () async throws in
                    #expect(try await Topology.leaving([name], settings: settings) == [.stays], "\(type)")
                }
            }
        }
    }
}

extension Connection {
    /// Consumes a queue as the only consumer that it may have.
    fileprivate func consumeExclusively(_ queue: String) throws {
        try openChannel(1)
        try unsafe withBytes(of: queue) { queue throws(BrokerError.Reason) in
            var consume = unsafe amqp_basic_consume_t()
            unsafe consume.queue = queue
            unsafe consume.exclusive = 1
            try unsafe send(AMQP_BASIC_CONSUME_METHOD, &consume, channel: 1)
        }
        var contents = [ContentAssembly(.delivered)]
        _ = try answer(into: &contents, within: Self.connectTime)
    }
}
