/// What was published, and so what must become of it: every document as it must be, every message that must be parked.
struct LedgerModel: Sendable {
    /// A dead letter, as far as it has to be right.
    struct Letter: Sendable, Hashable {
        let queue: LedgerQueue
        let body: String
        let reason: String
    }

    /// Different messages that RabbitMQ has confirmed.
    private(set) var publishedCount = 0
    /// Those that were published once more.
    private(set) var duplicateCount = 0
    private(set) var isPublished: Set<Int> = []
    /// The versions of each document, in no order that matters.
    private(set) var versioned: [String: [LedgerMessage]] = [:]
    /// The messages of each document without versions, in the order of their queue.
    private(set) var ordered: [String: [LedgerMessage]] = [:]
    private(set) var flawed: [LedgerMessage] = []

    /// A message was confirmed, possibly not for the first time.
    mutating func publish(_ message: LedgerMessage) {
        let isNew = isPublished.insert(message.number).inserted
        if isNew { publishedCount += 1 } else { duplicateCount += 1 }
        if message.flaw != nil {
            if isNew { flawed.append(message) }
        } else if !message.queue.hasVersion {
            ordered[message.key, default: []].append(message)
        } else if isNew {
            versioned[message.key, default: []].append(message)
        }
    }
}
