/// What a look at the broker showed: for people who want to know why something does not work, before it does not.
public struct BrokerExamination: Sendable, Equatable {
    /// A queue, and what we may do with it.
    public struct Queue: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Whether it is there.
        public var state: Topology.State
        /// What it was declared with, as far as the broker tells; nil: it cannot be told, because looking takes the right to configure.
        public var properties: QueueProperties?
        /// `classic`, `quorum`, `stream` or another plugin's; nil: unknown. It is told to those who may read the queue, too.
        public var type: String?
        /// Its dead-letter exchange, as the arguments tell it, is not there: what should go to it is dropped.
        public var lacksDeadLetterExchange = false
        /// Whether we may consume it; nil: not tried.
        public var mayConsume: Bool?

        /// A queue that is not looked at further.
        public init(name: String, state: Topology.State) {
            self.name = name
            self.state = state
        }
    }

    /// An exchange.
    public struct Exchange: Sendable, Equatable {
        /// Its name.
        public let name: String
        /// Why it cannot be published to; nil: it is there.
        public var refusal: BrokerError?

        /// An exchange by its parts.
        public init(name: String, refusal: BrokerError? = nil) {
            self.name = name
            self.refusal = refusal
        }
    }

    /// `host:port`.
    public var endpoint: String
    /// `3.10.8`; nil: the broker does not tell.
    public var version: String?
    /// Those asked for, in order.
    public var queues: [Queue]
    /// Those asked for, in order.
    public var exchanges: [Exchange] = []
    /// Whether we may publish to the default exchange, which dead letters take; nil: not tried.
    public var mayPublish: Bool?
    /// The server's certificate has no subjectAltName with a name or an address, and matches by the CN of its subject. RFC 9525 section 6.3 does
    /// without that, and so does every newer TLS library.
    public var isNamedBySubject = false

    /// An examination by its parts.
    public init(endpoint: String, version: String?, queues: [Queue], mayPublish: Bool?) {
        self.endpoint = endpoint
        self.version = version
        self.queues = queues
        self.mayPublish = mayPublish
    }
}

/// What a queue was declared with. Policies are not among it: AMQP does not tell them.
public struct QueueProperties: Sendable, Equatable {
    /// `classic`, `quorum`, `stream` or another plugin's, whether it was declared or came from a default; nil: unknown.
    public var type: String?
    /// It survives a restart of the broker.
    public var isDurable = true
    /// It is deleted, with what is in it, when its last consumer leaves.
    public var isAutoDelete = false
    /// The arguments but for the type, as text.
    public var arguments: [String: String] = [:]
    /// False: there may be more arguments than ``arguments``.
    public var isComplete = true

    /// A durable queue without arguments.
    public init(type: String? = nil) { self.type = type }
}

/// The broker's complaint about a declaration that differs from what is there: the one way in which AMQP tells what is there.
///
/// Such as: `inequivalent arg 'x-message-ttl' for queue 'q' in vhost '/': received none but current is the value '60000' of type 'signedint'`.
struct InequivalentArgument: Equatable {
    let name: String
    /// The value that is there, as text; nil: there is none.
    let current: String?
    /// `longstr`, `signedint`, `bool` and so on; nil for properties that are no arguments, and where a value was compared with ours: that complaint,
    /// `received 'classic' but current is 'quorum'`, tells none. RabbitMQ 4 makes it of the type, which it takes for declared.
    let type: String?

    /// nil: another complaint, or one in words that we do not know.
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

    /// The value as an argument of a declaration; nil: of a type that we cannot send.
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
