import Schedules

/// What is published, in which order: the same for a seed. Most messages have a key of their own, so that each loss shows by itself; the others meet
/// in few documents, with versions that come late, twice and over different queues.
struct MessageScript {
    /// Documents that many messages meet in.
    static let hotKeys = 200
    /// Messages held back at most, to come late.
    private static let mostLate = 300
    /// How far back a duplicate may lie.
    private static let memory = 500

    private let queues: [LedgerQueue]
    private var random: SplitMix
    private var number = 0
    private var versions: [String: Int] = [:]
    private var late: [LedgerMessage] = []
    private var recent: [LedgerMessage] = []

    init(seed: UInt64, queues: [LedgerQueue] = LedgerQueue.allCases) {
        random = SplitMix(seed: seed)
        self.queues = queues
    }

    /// The next `count` messages, and some of those before once more.
    mutating func next(_ count: Int) -> [LedgerMessage] {
        (0..<count).flatMap { _ in random.chance(5, in: 100) ? [next(), recent.randomElement(using: &random)].compactMap(\.self) : [next()]
        }
    }

    /// Sound messages for each queue, with keys that nothing else has.
    mutating func probes(_ count: Int = 1) -> [LedgerMessage] { queues.flatMap { queue in (0..<count).map { _ in ownKey(queue) } } }

    /// Those that were held back and are still to come.
    mutating func rest() -> [LedgerMessage] {
        defer { late = [] }
        return late.shuffled(using: &random)
    }

    private mutating func next() -> LedgerMessage {
        if !late.isEmpty, late.count >= Self.mostLate || random.chance(10, in: 100) {
            return late.remove(at: .random(in: late.indices, using: &random))
        }
        var message = fresh()
        while message.queue.hasVersion && message.flaw == nil && late.count < Self.mostLate && random.chance(15, in: 100) {
            late.append(message)
            message = fresh()
        }
        remember(message)
        return message
    }

    private mutating func remember(_ message: LedgerMessage) {
        if recent.count < Self.memory {
            recent.append(message)
        } else {
            recent[message.number % Self.memory] = message
        }
    }

    private mutating func fresh() -> LedgerMessage {
        let queue = queues.randomElement(using: &random) ?? .updated
        switch Int.random(in: 0..<1000, using: &random) {
        case ..<30: return flawed(queue)
        case ..<330: return hot(queue)
        default: return ownKey(queue)
        }
    }

    private mutating func flawed(_ queue: LedgerQueue) -> LedgerMessage {
        number += 1
        // Few of those that cost the database's time; a retry holds up the messages behind it after a restart.
        let kinds = LedgerMessage.Flaw.allCases.filter { $0.exists(in: queue) && ($0 != .failing || number % 8 == 0) }
        let flaw = kinds.randomElement(using: &random) ?? .notJSON
        let key = LedgerMessage.keys(of: flaw).randomElement(using: &random) ?? ""
        return LedgerMessage(number: number, queue: queue, key: key, version: queue.hasVersion ? 1 : 0, flaw: flaw)
    }

    private mutating func hot(_ queue: LedgerQueue) -> LedgerMessage {
        number += 1
        let key = "h\(Int.random(in: 0..<Self.hotKeys, using: &random))"
        guard queue.hasVersion else { return LedgerMessage(number: number, queue: queue, key: key, version: 0) }
        versions[key, default: 0] += .random(in: 1...3, using: &random)
        return LedgerMessage(number: number, queue: queue, key: key, version: versions[key] ?? 1)
    }

    private mutating func ownKey(_ queue: LedgerQueue) -> LedgerMessage {
        number += 1
        return LedgerMessage(
            number: number, queue: queue, key: "u\(number)", version: queue.hasVersion ? .random(in: 1...1_000_000, using: &random) : 0)
    }
}

extension MessageScript {
    /// Parts to be published one after the other, each until it is confirmed. Where a document has no version the order counts, so no two
    /// messages of it are in one part: a part that is published again after an unknown outcome could change theirs.
    static func parts(_ messages: [LedgerMessage], most: Int) -> [[LedgerMessage]] {
        var parts: [[LedgerMessage]] = []
        var keys: Set<String> = []
        for message in messages {
            let isRepeated = !message.queue.hasVersion && !keys.insert(message.key).inserted
            if parts.isEmpty || isRepeated || parts[parts.count - 1].count == most {
                parts.append([])
                keys = message.queue.hasVersion ? [] : [message.key]
            }
            parts[parts.count - 1].append(message)
        }
        return parts
    }
}
