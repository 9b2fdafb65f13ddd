import Broker
import Messages
import Settings
import Testing
import Waiting

/// Collects dead letters: takes them out of their queues and keeps them.
struct DeadLetterCollector: Sendable {
    private let settings: RabbitMQSettings
    private let queues: [LedgerQueue]
    private let kept = Box<[LedgerModel.Letter]>([])

    init(settings: RabbitMQSettings, queues: [LedgerQueue] = LedgerQueue.allCases) {
        self.settings = settings
        self.queues = queues
    }

    var letters: [LedgerModel.Letter] { kept.value }

    /// Returns when there is nothing in the dead-letter queues, neither ready nor delivered.
    func collect() async throws {
        try await eventually("the dead letters are collected", seconds: 120) {
            try await consume()
            // Only without a consumer is their number complete: what was delivered and not acknowledged is back.
            return try await areEmpty()
        }
    }

    private func consume() async throws {
        let acknowledge = Box<@Sendable ([Acknowledgement]) -> Void> { _ in }
        let subscriptions = queues.enumerated().map {
            Subscription(processor: SubscriptionID(rawValue: $0), queue: $1.deadLetterName, prefetch: 1000)
        }
        let consumer = Consumer(settings: settings, subscriptions: subscriptions) { event in
            guard case .deliveries(let processor, let session, let deliveries) = event, let last = deliveries.last else { return }
            // Kept before they are acknowledged; kept twice does no harm.
            let letters = deliveries.map { LedgerModel.Letter(queue: queues[processor.rawValue], $0) }
            kept.update { $0 += letters }
            acknowledge.value([Acknowledgement(processor: processor, session: session, kind: .through(last.tag))])
        }
        acknowledge.update { $0 = { consumer.acknowledge($0) } }
        async let running: Void = consumer.run()
        try await eventually("the dead letters are delivered", seconds: 60) { try await areEmpty() }
        await consumer.close()
        await running
    }

    /// Nothing is ready in any of them. A queue that is missing holds nothing.
    private func areEmpty() async throws -> Bool {
        try await Topology.check(queues.map(\.deadLetterName), settings: settings).allSatisfy {
            switch $0 {
            case .present(let depth): depth.messages == 0
            case .missing: true
            case .refused(let error): throw error
            }
        }
    }
}

extension LedgerModel.Letter {
    fileprivate init(queue: LedgerQueue, _ delivery: Delivery) {
        self.queue = queue
        body = String(decoding: delivery.body, as: UTF8.self)
        reason = if case .string(let text)? = delivery.headers["warren-reason"] { text } else { "" }
    }
}
