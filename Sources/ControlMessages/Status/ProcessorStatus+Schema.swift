extension ProcessorStatus {
    package static let schema = MessageSchema(
        "ProcessorStatus", "One processor at one moment.",
        [
            .init("name", .text, "Its name in the configuration."),
            .init("queue", .text, "The queue that it consumes."),
            .init("operation", .choice(["update", "sync", "invalidate"]), "What it does with a message."),
            .init("collection", .text, "Where it writes."),
            .init("state", .choice(State.allCases.map(\.rawValue)), "What it is doing."),
            .init("since", .time, "Since when."),
            .optional("reason", .text, "Why, where the state does not say it all."),
            .optional("ready", .integer(from: 0), "Messages ready in the queue; absent: not known."),
            .init("rate", .number, "Deliveries settled per second, over the last seconds."),
            .init("held", .integer(from: 0), "Deliveries that it holds."),
            .optional(
                "oldest_seconds", .number, "Age of the oldest delivery that is not settled, since it was received; absent: none is held."),
            .optional("last_stored", .time, "When a delivery was last settled by a write; absent: none was."),
            .init("totals", .message(Totals.schema), "What it has done since the service began."),
            .optional("last_error", .message(LastError.schema), "The latest fault, healed or not; absent: there was none."),
            .optional("resync", .message(ResyncSummary.schema), "The resynchronisation that is on; absent: none."),
            .optional("partitions", .message(Partitions.schema), "The partitions of its queue; absent: it has none."),
        ])
}

extension ProcessorStatus.Totals {
    package static let schema = MessageSchema(
        "ProcessorTotals", "What a processor has done since the service began.",
        [
            .init("received", .integer(from: 0), "Deliveries received, repeated ones included."),
            .init("written", .integer(from: 0), "Settled by a confirmed write."),
            .init("stale", .integer(from: 0), "Settled because the stored version is the same or newer."),
            .init("parked", .integer(from: 0), "Settled by a confirmed dead letter, or by a rejection where parking is off."),
            .init("retried", .integer(from: 0), "Failed writes that were tried again."),
            .init("conflated", .integer(from: 0), "Deliveries whose write was taken over by a newer one of the same document."),
            .init("returned", .integer(from: 0), "Gone back to RabbitMQ unsettled."),
            .init("emitted", .integer(from: 0), "Onward messages that RabbitMQ confirmed."),
        ])
}

extension ProcessorStatus.LastError {
    package static let schema = MessageSchema(
        "LastError", "A fault, and when it was seen.",
        [
            .init("text", .text, "What failed and why."),
            .init("at", .time, "When."),
        ])
}

extension ProcessorStatus.Partitions {
    package static let schema = MessageSchema(
        "Partitions", "The partitions of a queue, and which of them this instance has.",
        [
            .init("count", .integer(from: 0), "How many there are."),
            .init("held", .list(.integer(from: 0)), "Those that RabbitMQ delivers to this instance, counted from 0."),
            .optional(
                "consumers", .integer(from: 0), "Consumers on each of them, which is how many instances there are; absent: not known yet."),
        ])
}

extension ProcessorList {
    package static let schema = MessageSchema(
        "ProcessorList", "All processors at one moment.",
        [
            .init("processors", .list(.message(ProcessorStatus.schema)), "In the order of the configuration.")
        ])
}

extension ProcessorChange {
    package static let schema = MessageSchema(
        "ProcessorChange", "What became of a pause, resume or drain.",
        [
            .init("name", .text, "The processor."),
            .init(
                "state", .choice(ProcessorStatus.State.allCases.map(\.rawValue)),
                "Its state now. A drain goes on after the answer: the processor is draining until it holds nothing, then paused."),
            .init("changed", .boolean, "False: it was like that already."),
            .init("held", .integer(from: 0), "Deliveries that it still holds."),
        ])
}
