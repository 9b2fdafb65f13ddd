internal import Mapping
internal import Messages
internal import Pipeline
internal import Settings

/// One Warren: its real mapper and its real machine, with the clock of the simulation.
struct Instance {
    private var machine: PipelineMachine
    private var mappers: PerSubscription<Mapper>
    private static let id = JSONPointer("/id") ?? JSONPointer(), version = JSONPointer("/version")
    /// When the clock of the simulation began.
    private static let origin = ContinuousClock.now
    /// When it has to be woken, as far as that is planned.
    var plannedWake: Seconds?

    /// An instance that consumes so many partitions.
    init(partitions: Int, prefetch: Int, seed: UInt64) {
        var settings = Settings()
        settings.rabbitmq.prefetch = UInt16(clamping: prefetch)
        settings.processors = (0..<partitions).map {
            var processor = ProcessorSettings(
                name: "p\($0)", queue: "q\($0)", operation: .update, collection: "companies", key: Self.id)
            processor.version = Self.version
            return processor
        }
        machine = PipelineMachine(settings: settings, seed: seed)
        mappers = PerSubscription(settings.processors.indices.map { Mapper(settings: settings, processor: $0) })
        for subscription in mappers.indices { _ = machine.handle(.subscribed(subscription, 1), at: Self.origin) }
    }

    /// When it has to be woken if nothing happens before. A little later, because seconds are less exact than the machine's own time: woken too
    /// early it would ask for the same moment again, for ever.
    var nextWake: Seconds? { machine.nextWake.map { ($0 - Self.origin) / .seconds(1) + 1e-6 } }

    /// Messages have been delivered.
    mutating func receive(_ messages: [(tag: UInt64, message: Partition.Message)], subscription: SubscriptionID, at now: Seconds)
        -> [PipelineMachine.Action]
    {
        let bulk = messages.map { tag, message in
            let delivery = Self.delivery(tag, message)
            return (delivery, mappers[subscription].plan(delivery, receivedAt: 0))
        }
        return handle(.received(subscription, 1, bulk), at: now)
    }

    /// Something else has happened.
    mutating func handle(_ event: PipelineMachine.Event, at now: Seconds) -> [PipelineMachine.Action] {
        machine.handle(event, at: Self.origin + .seconds(now))
    }

    private static func delivery(_ tag: UInt64, _ message: Partition.Message) -> Delivery {
        let body = Array(#"{"id":"\#(message.key)","version":\#(message.version)}"#.utf8)
        return Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity,
            timestamp: nil, bytes: body, bodyBytes: body.count)
    }
}
