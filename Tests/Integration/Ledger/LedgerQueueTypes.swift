import Broker

/// Of which type the queues of a run are.
enum LedgerQueueTypes: String, Sendable {
    /// Two of the queues with versions are quorum queues, and no dead-letter queue is.
    case mixed
    /// All of them, the dead-letter queues included; of the quorum queues all but the one without versions. A quorum queue has the broker's own delivery limit: 20 from RabbitMQ 4.0 on, none before.
    case classic, quorum

    func declaration(of queue: LedgerQueue) -> QueueDeclaration {
        let isQuorum =
            switch self {
            case .mixed: queue == .synced || queue == .linked
            case .classic: false
            // A quorum queue gives back what a consumer held behind what it gave back before: of 0 to 9, given back twice, the second time only 0 to 2,
            // it delivers 3 to 9 and then 0 to 2 (3.10.8 and 4.3.6). So the order that a document without versions needs is not promised there.
            case .quorum: queue.hasVersion
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
