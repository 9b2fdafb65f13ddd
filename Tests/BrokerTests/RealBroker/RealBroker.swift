import Broker
import Messages
import Settings
import Testing

/// Everything that needs a real RabbitMQ.
@Suite("Against a real RabbitMQ", .enabled(if: PrivateNode.isThere, PrivateNode.whyNot), .serialized, .timeLimit(.minutes(2)))
struct RealBroker {
    @Suite("On a node of its own", .ownNode) struct OnOwnNode {}
}

/// Runs a consumer of `queues` (processors 0, 1, …) around `body`, and closes it afterwards.
func withConsumer(
    of queues: [String], settings: RabbitMQSettings? = nil, prefetch: UInt16 = 10_000, needsDeadLetterExchange: Bool = false,
    consuming: Consuming = .on, _ body: (Consumer, EventRecorder) async throws -> Void
) async throws {
    let recorder = EventRecorder()
    let consumer = Consumer(
        settings: try settings ?? PrivateNode.settings(),
        subscriptions: queues.enumerated().map {
            Subscription(
                processor: SubscriptionID(rawValue: $0), queue: $1, prefetch: prefetch, needsDeadLetterExchange: needsDeadLetterExchange)
        }, onEvent: recorder.onEvent)
    consumer.setConsuming(consuming, processors: queues.indices.map { SubscriptionID(rawValue: $0) })
    async let running: Void = consumer.run()
    do {
        try await body(consumer, recorder)
    } catch {
        await consumer.close()
        throw error
    }
    await consumer.close()
    await running
}

/// Publishes texts, and expects each to be confirmed.
func publish(_ texts: [String], to queue: String) async throws {
    let publisher = Publisher(settings: try PrivateNode.settings())
    let results = await publisher.publish(
        texts.map { Publication(exchange: "", routingKey: queue, body: [UInt8]($0.utf8)[...], encodedProperties: [], headers: []) })
    await publisher.close()
    #expect(results.count == texts.count)
    for result in results { #expect(throws: Never.self) { try result.get() } }
}

extension Delivery {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }
}

extension Result {
    /// `nil` for success.
    var failure: Failure? { if case .failure(let failure) = self { failure } else { nil } }
}
