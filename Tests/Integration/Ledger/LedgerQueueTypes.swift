import Broker

/// Of which type the queues of a run are.
enum LedgerQueueTypes: String, Sendable {
    /// Two of the queues are quorum queues, and no dead-letter queue is.
    case mixed
    /// All of them, the dead-letter queues included. A quorum queue has the broker's own delivery limit: 20 from RabbitMQ 4.0 on, none before.
    case classic, quorum

    func declaration(of queue: LedgerQueue) -> QueueDeclaration {
        let isQuorum =
            switch self {
            case .mixed: queue == .synced || queue == .profiled
            case .classic: false
            case .quorum: true
            }
        // Where the order counts there must be one active consumer. Otherwise what a half-open connection still holds is delivered again behind
        // what the next connection was given in the meantime, and the last delivery is not the last message.
        let order: [(name: String, value: HeaderValue)] = queue.hasVersion ? [] : [("x-single-active-consumer", .boolean(true))]
        return QueueDeclaration(name: queue.name, arguments: Self.type(isQuorum: isQuorum) + order)
    }

    /// Once a bound is set, by a policy, it refuses messages; by default it would drop those it has.
    func deadLetterDeclaration(of queue: LedgerQueue) -> QueueDeclaration {
        QueueDeclaration(
            name: queue.deadLetterName, arguments: Self.type(isQuorum: self == .quorum) + [("x-overflow", .string("reject-publish"))])
    }

    private static func type(isQuorum: Bool) -> [(name: String, value: HeaderValue)] {
        isQuorum ? [("x-queue-type", .string("quorum"))] : []
    }
}
