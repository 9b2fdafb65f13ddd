public import Settings
internal import Threads

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
        /// It was there otherwise, and was left alone; how.
        case differs(QueueDepth, [QueueDifference])
        /// It may not be created, or the broker does not let us look. It was left alone.
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

    /// Creates the queues that are missing, and compares the others. One result for each, in order. Throws if the broker cannot be reached, or is
    /// lost on the way: what was created by then stays, and declaring again does no harm.
    public static func declare(_ queues: [QueueDeclaration], settings: RabbitMQSettings) async throws(BrokerError) -> [Declaration] {
        try await connected(settings) { connection throws(BrokerError) in
            var declarations: [Declaration] = []
            for queue in queues {
                switch try state(of: queue.name, connection) {
                case .refused(let error): declarations.append(.refused(error))
                case .missing: declarations.append(try connection.create(queue))
                case .present(let depth): declarations.append(try connection.compare(queue, depth))
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
