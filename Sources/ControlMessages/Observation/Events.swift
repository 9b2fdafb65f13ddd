internal import Formats

/// What an event of `GET /v1/events` is about. Names are what users script against.
package enum EventName: String, Sendable, CaseIterable {
    case written, stale, retried, refused, parked
    case connected = "rabbitmq-connected"
    case away = "rabbitmq-away"
    case consuming
    case consumerCancelled = "consumer-cancelled"
    case consumerLost = "consumer-lost"
    case subscribeFailed = "subscribe-failed"
    case standby
    case parkingFailed = "parking-failed"
    case setAside = "set-aside"
    case rejectedInCircle = "rejected-in-circle"
    case emitFailing = "emit-failing"
    case emitBack = "emit-back"
    case outageBegins = "outage-begins"
    case outageEnds = "outage-ends"
    case collectionRefused = "collection-refused"
    case collectionBack = "collection-back"
    case turnedAway = "turned-away"
    case returning
    case keeping
    case notReady = "not-ready"
    case nearDeliveryLimit = "near-delivery-limit"
    case outcomeUnknown = "outcome-unknown"
    case requestSplit = "request-split"
    case writeSplit = "write-split"
    case readingPaused = "reading-paused"
    case readingResumed = "reading-resumed"
    case resyncBeginning = "resync-beginning"
    case resyncRunning = "resync-running"
    case resyncAsking = "resync-asking"
    case resyncSweeping = "resync-sweeping"
    case resyncStopped = "resync-stopped"
    case resyncDone = "resync-done"
    case resyncCancelled = "resync-cancelled"
    case skipped
    case cutOff = "cut-off"
}

/// Which events a listener wants: `GET /v1/events?processor=&key=&outcome=`. What is not given fits all.
package struct EventFilter: Sendable, Equatable {
    /// Only of this processor.
    package var processor: String?
    /// Only about the document with this key.
    package var key: String?
    /// Only this event, an ``EventName``, such as `written`.
    package var outcome: String?

    /// A filter by its parts.
    package init(processor: String? = nil, key: String? = nil, outcome: String? = nil) {
        self.processor = processor
        self.key = key
        self.outcome = outcome
    }

    /// A filter by the pairs of a query.
    package init(_ query: [String: String]) {
        self.init(processor: query["processor"], key: query["key"], outcome: query["outcome"])
    }

    /// The path with its query, percent-encoded.
    package var path: String {
        let pairs = [("processor", processor), ("key", key), ("outcome", outcome)].compactMap { name, value in
            value.map { "\(name)=\($0.percentEncoded)" }
        }
        return "/v1/events" + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}

/// One line of `GET /v1/events`. The service writes lines without a message of their own, because that takes less time.
package enum EventLine {
    package static let schema = MessageSchema(
        "Event", "Something that happened. An event has only the members that apply to it.",
        [
            .optional("at", .time, "When it happened; absent in the last line of a reader that is cut off."),
            .init(
                "event", .choice(EventName.allCases.map(\.rawValue)),
                "What: written, stale, retried, refused and parked of single messages; skipped: events that were not reported; cut-off: the reader was too "
                    + "slow, and this is its last line; others are about the service or a server."),
            .optional("processor", .text, "The processor."),
            .optional("queue", .text, "The queue."),
            .optional("collection", .text, "The document's collection."),
            .optional("key", .text, "The document's key."),
            .optional("version", .integer(from: 0), "The message's version."),
            .optional("exchange", .text, "Where the message was published."),
            .optional("routing_key", .text, "What it was published with."),
            .optional("message_id", .text, "Its message-id property, cut to 64 bytes."),
            .optional("latency_milliseconds", .number, "From its receipt to the decision."),
            .optional("detail", .text, "Why, or more about it."),
            .optional("count", .integer(from: 0), "How many, where it is about several."),
            .optional("endpoint", .text, "The server."),
        ])
}
