public import Messages

/// One message to publish.
public struct Publication: Sendable {
    /// Empty for the default exchange. At most 255 bytes.
    public let exchange: String
    /// With the default exchange, the queue. At most 255 bytes.
    public let routingKey: String
    /// The body of the message.
    public let body: ArraySlice<UInt8>
    /// Its properties as AMQP encodes them, such as `Delivery.encodedProperties`. Empty for none.
    public let encodedProperties: ArraySlice<UInt8>
    /// Why its properties cannot be read; `nil` if they can. Then it is published without them, and with headers that say so.
    public let unreadable: UnreadableProperties?
    /// Headers that are added to those in the properties, and replace those of the same name. Headers that do not fit in a frame are left out: see
    /// ``MessageProperties``.
    public let headers: [(name: String, value: HeaderValue)]
    /// Properties that cannot be published may be left out. If not, the publication fails, because the message would be a different one.
    public let mayOmit: Bool
    /// What to do with properties that RabbitMQ acts upon.
    public let passage: Passage

    /// A publication by its parts.
    package init(
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

/// Where a message is going. It decides which properties are changed. A header of its own keeps each original value.
public enum Passage: Sendable {
    /// To another queue. Only properties that RabbitMQ would refuse, or act upon a second time, are changed.
    case onward
    /// To a dead-letter queue. The message becomes persistent and never expires.
    case parked
    /// Back to its queue. Properties that parking has changed are restored, unless RabbitMQ would refuse them. `CC` and `BCC` stay renamed: otherwise
    /// other queues would get the message a second time, and RabbitMQ would count it as routed even if its own queue is missing.
    case home
}

/// Why it is not certain that the broker has a publication.
public enum PublishFailure: Error, Sendable, Equatable, CustomStringConvertible {
    /// No queue took it, because its queue is missing. The broker's code and text, such as `312 NO_ROUTE`.
    case returned(String)
    /// The broker refused it, for example because of a full queue with `overflow = reject-publish`.
    case nacked
    /// The connection could not be opened, or was lost before the confirm. The broker may or may not have it.
    case connection(BrokerError)
    /// The confirm did not come in time, or the broker accepts no publications now. The broker may or may not have it.
    case timedOut
    /// It cannot be published. Says why.
    case unpublishable(String)
    /// The broker closed the channel because of this message, which was sent alone. Its code and text.
    case refused(String)

    /// A retry fails too, until the broker is changed.
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
