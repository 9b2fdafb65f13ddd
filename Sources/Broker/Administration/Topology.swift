public import Settings
internal import Threads

/// How many messages and consumers a queue has now.
public struct QueueDepth: Sendable, Equatable {
    /// Messages ready for delivery.
    public let messages: Int
    /// Its consumers.
    public let consumers: Int

    /// A depth by its numbers.
    package init(messages: Int, consumers: Int) {
        self.messages = messages
        self.consumers = consumers
    }
}

/// Checks queues and creates them. Never deletes or changes one.
///
/// Each call opens a connection, works on a thread of its own, and closes the connection. It waits for the broker, at most 10 seconds in each step.
public enum Topology {
    /// The result of checking a queue.
    public enum State: Sendable, Equatable {
        case present(QueueDepth)
        /// The queue does not exist. The error names it and says how to create it.
        case missing(BrokerError)
        /// The broker refuses: permission is missing, or another connection owns the queue.
        case refused(BrokerError)
    }

    /// The result of a declaration.
    public enum Declaration: Sendable, Equatable {
        case created
        /// The queue existed, as declared.
        case present(QueueDepth)
        /// The queue existed with these differences, and was not changed.
        case differs(QueueDepth, [QueueDifference])
        /// The broker refuses to create it or to show it. It was not changed.
        case refused(BrokerError)
    }

    /// One state for each name, in order. Throws if the broker cannot be reached or the connection is lost.
    public static func check(_ names: [String], settings: RabbitMQSettings) async throws(BrokerError) -> [State] {
        try await connected(settings) { connection throws(BrokerError) in
            var states: [State] = []
            for name in names { states.append(try state(of: name, connection)) }
            return states
        }
    }

    /// Creates the missing queues and compares the others. Returns one result for each, in order. Throws if the broker cannot be reached or the
    /// connection is lost: queues that were created by then stay, and declaring them again does no harm.
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
