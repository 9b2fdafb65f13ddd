public import Settings
internal import Threads

/// A queue as it should be.
public struct QueueDeclaration: Sendable {
    /// So often a message of a queue of ours may come back. RabbitMQ 4 drops it at the 21st return if nothing is said; less than zero means no limit to
    /// RabbitMQ 4, and to RabbitMQ 3 "drop it at the first return". A large limit means the same to all.
    public static let safeDeliveryLimit: Int64 = 1_000_000

    /// 1…255 bytes.
    public let name: String
    /// True: it survives a restart of the broker.
    public let isDurable: Bool
    /// Such as `x-queue-type`; empty for the broker's defaults.
    public let arguments: [(name: String, value: HeaderValue)]

    /// True: if it is a quorum queue, by its arguments or because that is the broker's default, it has ``safeDeliveryLimit``. Classic queues know no such
    /// argument, and a broker refuses to make one with it.
    public var outlastsReturns = false
    /// It belongs to the connection that declared it, and goes with it.
    var isExclusive = false
    /// It is deleted, with what is in it, when its last consumer leaves.
    var isAutoDelete = false

    /// A queue by its name, durable and with the broker's defaults unless told otherwise.
    public init(name: String, isDurable: Bool = true, arguments: [(name: String, value: HeaderValue)] = []) {
        self.name = name
        self.isDurable = isDurable
        self.arguments = arguments
    }
}

/// What is in a queue at present.
public struct QueueDepth: Sendable, Equatable {
    /// Messages ready for delivery.
    public let messages: Int
    /// Consumers subscribed.
    public let consumers: Int

    /// A depth by its numbers.
    public init(messages: Int, consumers: Int) {
        self.messages = messages
        self.consumers = consumers
    }
}

/// Looks at queues and creates them. Nothing is ever deleted or changed.
///
/// Each call connects, works on a thread of its own, and closes: it takes as long as the broker takes, at most 10 seconds for each step.
public enum Topology {
    /// What a look at a queue showed.
    public enum State: Sendable, Equatable {
        case present(QueueDepth)
        /// No such queue; the error names it and says how to create it.
        case missing(BrokerError)
        /// The broker does not let us look: no permission, or it is another connection's own.
        case refused(BrokerError)
    }

    /// What became of a declaration.
    public enum Declaration: Sendable, Equatable {
        case created
        /// It was there, as declared.
        case present(QueueDepth)
        /// It is there, but with other properties (406), or may not be created. It was left alone.
        case refused(BrokerError)
    }

    /// One state for each name, in order. Throws if the broker cannot be reached, or is lost on the way.
    public static func check(_ names: [String], settings: RabbitMQSettings) async throws(BrokerError) -> [State] {
        try await connected(settings) { connection throws(BrokerError) in
            var states: [State] = []
            for name in names { states.append(try state(of: name, connection)) }
            return states
        }
    }

    /// Creates the queues that are missing. One result for each, in order. Throws if the broker cannot be reached, or is lost on the way: what
    /// was created by then stays, and declaring again does no harm.
    public static func declare(_ queues: [QueueDeclaration], settings: RabbitMQSettings) async throws(BrokerError) -> [Declaration] {
        try await connected(settings) { connection throws(BrokerError) in
            var declarations: [Declaration] = []
            for queue in queues {
                let before = try state(of: queue.name, connection)
                // Declaring what exists compares it with the declaration.
                switch (before, try connection.declare(queue, passive: false)) {
                case (.refused(let error), _), (_, .refused(let error)): declarations.append(.refused(error))
                case (.missing, .declared): declarations.append(.created)
                case (.present, .declared(let depth)): declarations.append(.present(depth))
                }
            }
            return declarations
        }
    }

    static func state(of name: String, _ connection: Connection) throws(BrokerError) -> State {
        switch try connection.declare(QueueDeclaration(name: name), passive: true) {
        case .declared(let depth): return .present(depth)
        case .refused(let error):
            if case .channelClosed(let code, _) = error.reason, ReplyCode(code) == .notFound { return .missing(error) }
            return .refused(error)
        }
    }

    static func connected<Value: Sendable>(
        _ settings: RabbitMQSettings, _ body: @escaping @Sendable (Connection) throws(BrokerError) -> Value
    ) async throws(BrokerError) -> Value {
        try await onBlockingThread(named: "broker-topology") { () throws(BrokerError) in
            let connection = try Connection.first(of: settings, name: "warren topology")
            let value = try body(connection)
            connection.closeAndWait()
            return value
        }
    }
}
