/// What a message would lead to. Nothing of it was sent.
public struct Explanation: Codable, Sendable, Equatable {
    /// A request to ArangoDB, exactly as it would leave if no other write were waiting: several writes to one target share a request.
    public struct Request: Codable, Sendable, Equatable {
        /// The HTTP method.
        public var method: String
        /// Path and query, percent-encoded.
        public var path: String
        /// The body, which is JSON text.
        public var body: String

        /// A request by its parts.
        public init(method: String, path: String, body: String) {
            self.method = method
            self.path = path
            self.body = body
        }
    }

    /// A look at the document's edges, and what would become of those that the message does not name.
    public struct Sweep: Codable, Sendable, Equatable {
        /// The look.
        public var look: Request
        /// Which of the edges that it shows are to go, in words.
        public var edges: String
        /// The request that removes or marks them, with one edge in its body: key and revision are those that the look tells.
        public var request: Request

        /// A sweep by its parts.
        public init(look: Request, edges: String, request: Request) {
            self.look = look
            self.edges = edges
            self.request = request
        }
    }

    /// The onward message that would be published then.
    public struct Onward: Codable, Sendable, Equatable {
        /// The exchange.
        public var exchange: String
        /// The routing key, with the message's values in it.
        public var routingKey: String
        /// The body as text.
        public var body: String

        /// A message by its parts.
        public init(exchange: String, routingKey: String, body: String) {
            self.exchange = exchange
            self.routingKey = routingKey
            self.body = body
        }
    }

    /// Why the message cannot be written.
    public struct Refusal: Codable, Sendable, Equatable {
        /// What `warren-reason` would say.
        public var reason: String
        /// What `warren-error` would say.
        public var error: String
        /// The queue that it would be parked in; nil: parking is off, and it would be rejected.
        public var queue: String?

        /// A refusal by its parts.
        public init(reason: String, error: String, queue: String?) {
            self.reason = reason
            self.error = error
            self.queue = queue
        }
    }

    /// The processor.
    public var processor: String
    /// The document's collection.
    public var collection: String
    /// Its key; nil if the message is refused.
    public var key: String?
    /// The message's version; nil if it has none.
    public var version: UInt64?
    /// What would be sent, in this order; empty if the message is refused.
    public var requests: [Request]
    /// What would follow the last of them, in this order; nil: nothing.
    public var sweeps: [Sweep]?
    /// What others would be told once all is written; nil: nothing.
    public var onward: Onward?
    /// Why nothing would be sent.
    public var refusal: Refusal?

    /// An explanation by its parts.
    public init(
        processor: String, collection: String, key: String? = nil, version: UInt64? = nil, requests: [Request] = [], refusal: Refusal? = nil
    ) {
        self.processor = processor
        self.collection = collection
        self.key = key
        self.version = version
        self.requests = requests
        self.refusal = refusal
    }
}
