public import Messages

/// One message to publish.
public struct Publication: Sendable {
    /// Empty for the default exchange. At most 255 bytes.
    public let exchange: String
    /// With the default exchange, the queue. At most 255 bytes.
    public let routingKey: String
    /// The message.
    public let body: ArraySlice<UInt8>
    /// Its properties as AMQP encodes them, such as `Delivery.encodedProperties`; empty for none.
    public let encodedProperties: ArraySlice<UInt8>
    /// Why its properties cannot be read: it is published without them then, and says so. `nil`: they can.
    public let unreadable: UnreadableProperties?
    /// Added to the headers in the properties, replacing those of the same name. What does not fit in a frame is left out, see ``MessageProperties``.
    public let headers: [(name: String, value: HeaderValue)]
    /// What cannot be published of its properties may be left out. Otherwise the publication fails, because the message would be another one.
    public let mayOmit: Bool
    /// What becomes of properties that RabbitMQ acts upon.
    public let passage: Passage

    /// A publication by its parts.
    public init(
        exchange: String, routingKey: String, body: ArraySlice<UInt8>, encodedProperties: ArraySlice<UInt8>,
        unreadable: UnreadableProperties? = nil, headers: [(name: String, value: HeaderValue)],
        passage: Passage = .onward, mayOmit: Bool = true
    ) {
        self.exchange = exchange
        self.routingKey = routingKey
        self.body = body
        self.encodedProperties = encodedProperties
        self.unreadable = unreadable
        self.headers = headers
        self.passage = passage
        self.mayOmit = mayOmit
    }
}

/// Where a message is on its way: what is changed of its properties depends on it. Each original that is changed stands in a header of its own.
public enum Passage: Sendable {
    /// On to another queue: only what RabbitMQ would refuse or act upon a second time is changed.
    case onward
    /// Among the dead letters: it is persistent, and never expires.
    case parked
    /// Home again: what parking has changed is put back, unless RabbitMQ would refuse it. `CC` and `BCC` stay renamed: other queues would get the
    /// message a second time, and RabbitMQ would take it for routed though its own queue is missing.
    case home
}

/// Why a publication is not known to be safe with the broker.
public enum PublishFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// No queue took it; the broker's code and text, such as `312 NO_ROUTE`. The queue is missing.
    case returned(String)
    /// The broker could not take responsibility for it, such as a full queue with `overflow = reject-publish`.
    case nacked
    /// The connection could not be opened, or was lost before the confirm: it may or may not be there.
    case connection(BrokerError)
    /// No confirm in time, or the broker takes no publications at present: it may or may not be there.
    case timedOut
    /// It cannot be published as it is. Says why.
    case unpublishable(String)
    /// The broker closed the channel over this message, sent alone. Its code and text.
    case refused(String)

    /// Trying again will fail again, until somebody changes the broker.
    public var isFinal: Bool {
        switch self {
        case .unpublishable, .refused: true
        case .returned, .nacked, .connection, .timedOut: false
        }
    }

    /// For people.
    public var description: String {
        switch self {
        case .returned(let text): "no queue took the message (\(text)). Create the queue with `warren provision`"
        case .nacked: "the broker refused the message; its queue may be full (overflow = reject-publish) or its node in trouble"
        case .connection(let error): "\(error)"
        case .timedOut:
            "the broker did not confirm the message in time; see `rabbitmqctl list_connections name state` for 'blocked', and its alarms"
        case .unpublishable(let text): "the message cannot be published: \(text)"
        case .refused(let text):
            "the broker refuses the message: \(text). If it is too large, raise max_message_size in rabbitmq.conf (16 MiB in RabbitMQ 4 if nothing is said)"
        }
    }
}
