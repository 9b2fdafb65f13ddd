/// The findings about a broker, for people who want to find a problem before it shows.
public struct BrokerExamination: Sendable, Equatable {
    /// A queue, and what Warren may do with it.
    public struct Queue: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Whether it exists.
        public var state: Topology.State
        /// What it was declared with, as far as the broker says. `nil` if it is unknown, because asking takes the right to configure.
        public var properties: QueueProperties?
        /// `classic`, `quorum`, `stream` or a plugin's type; `nil` if it is unknown. The right to read the queue is enough to ask.
        public var type: String?
        /// The dead-letter exchange in its arguments does not exist, so that RabbitMQ drops what should go there.
        public var lacksDeadLetterExchange = false
        /// Whether Warren may consume it; `nil` if that was not tried.
        public var mayConsume: Bool?

        /// A queue of which nothing else is known.
        public init(name: String, state: Topology.State) {
            self.name = name
            self.state = state
        }
    }

    /// An exchange.
    public struct Exchange: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Why it cannot be published to; `nil` if it exists.
        public var refusal: BrokerError?

        /// An exchange by its parts.
        public init(name: String, refusal: BrokerError? = nil) {
            self.name = name
            self.refusal = refusal
        }
    }

    /// `host:port`.
    public var endpoint: String
    /// The broker's version, such as `3.10.8`; `nil` if it sends none.
    public var version: String?
    /// Those asked for, in order.
    public var queues: [Queue]
    /// Those asked for, in order.
    public var exchanges: [Exchange] = []
    /// Whether Warren may publish to the default exchange, as it does with dead letters; `nil` if that was not tried.
    public var mayPublish: Bool?
    /// The server's certificate has no subjectAltName with a name or an address, and matches by the CN of its subject. RFC 9525 section 6.3 no longer
    /// uses the CN, and neither do newer TLS libraries.
    public var isNamedBySubject = false

    /// An examination by its parts.
    public init(endpoint: String, version: String?, queues: [Queue], mayPublish: Bool?) {
        self.endpoint = endpoint
        self.version = version
        self.queues = queues
        self.mayPublish = mayPublish
    }
}

/// What a queue was declared with. Policies are missing, because AMQP cannot show them.
public struct QueueProperties: Sendable, Equatable {
    /// `classic`, `quorum`, `stream` or a plugin's type, declared or by default; `nil` if it is unknown.
    public var type: String?
    /// It survives a restart of the broker.
    public var isDurable = true
    /// It is deleted with its messages when its last consumer leaves.
    public var isAutoDelete = false
    /// The arguments except the type, as text.
    public var arguments: [String: String] = [:]
    /// False if the queue may have more arguments than ``arguments``.
    public var isComplete = true

    /// A durable queue without arguments.
    public init(type: String? = nil) { self.type = type }
}

/// The broker's complaint about a declaration that differs from the existing queue or exchange. AMQP has no other way to show how something was
/// declared.
///
/// For example: `inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value '60000' of type 'signedint'`.
struct InequivalentArgument: Equatable {
    let name: String
    /// The existing value as text; `nil` if there is none.
    let current: String?
    /// `longstr`, `signedint`, `bool` and so on. `nil` for properties that are not arguments, and if the broker compared the value with ours: that
    /// complaint, `received 'classic' but current is 'quorum'`, names no type. RabbitMQ 4 sends it about the queue type, which it always treats as
    /// declared.
    let type: String?

    /// `nil` if this is another complaint, or its wording is unknown.
    init?(_ text: String) {
        guard let match = text.firstMatch(of: /inequivalent arg '([^']+)'.*: received .* but current is (.*)/.dotMatchesNewlines()) else {
            return nil
        }
        name = String(match.output.1)
        let rest = match.output.2
        if let value = rest.wholeMatch(of: /the value '(.*)' of type '([a-z]+)'/) {
            (current, type) = (String(value.output.1), String(value.output.2))
        } else if let value = rest.wholeMatch(of: /'(.*)'/) {
            (current, type) = (String(value.output.1), nil)
        } else {
            (current, type) = (nil, nil)
        }
    }

    /// The value as an argument of a declaration; `nil` if Warren cannot send its type.
    var value: HeaderValue? {
        guard let current else { return nil }
        switch type {
        case "longstr": return .string(current)
        case "bool": return .boolean(current == "true")
        case nil: return Int64(current).map { .integer($0) } ?? .string(current)
        default: return Int64(current).map { .integer($0) }
        }
    }
}
