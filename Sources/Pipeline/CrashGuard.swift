internal import Mapping
internal import Settings

/// The message that was being handled when the process ended, and how often that has happened in a row. Kept outside the process.
public struct Suspect: Sendable, Equatable {
    /// Tells the message: its queue, routing key and body.
    public let fingerprint: UInt64
    /// Processes that were handling it, this one included.
    public let processes: Int

    /// A suspect by its parts.
    public init(fingerprint: UInt64, processes: Int) {
        self.fingerprint = fingerprint
        self.processes = processes
    }
}

/// Keeps a message that ends the process from taking others along, again and again.
///
/// After a start, messages that RabbitMQ has delivered before go alone, because one of them may be why there was a start. It lasts, for each
/// processor, until the first message that comes for the first time: redelivered ones are at the head of their queue.
struct CrashGuard {
    /// Processes that a message may end before it is parked unread.
    static let patience = 3

    private var isCautious: [Bool]
    private var suspect: Suspect?

    /// `suspect` is what the process before this one left.
    init(processors: Int, suspect: Suspect?) {
        isCautious = Array(repeating: true, count: processors)
        self.suspect = suspect
    }

    /// There are so many places for processors now.
    mutating func grow(to processors: Int) {
        while isCautious.count < processors { isCautious.append(true) }
    }

    /// Whether this delivery has to go alone.
    mutating func mustGoAlone(_ delivery: Delivery, of processor: ProcessorIndex) -> Bool {
        if !delivery.redelivered { isCautious[processor] = false }
        return isCautious[processor]
    }

    /// The suspect to write down before the delivery is looked at; it is to be parked unread if it has ended too many processes.
    mutating func suspect(_ delivery: Delivery, of processor: ProcessorSettings) -> (suspect: Suspect, isGuilty: Bool) {
        let fingerprint = Self.fingerprint(delivery, queue: processor.queue)
        let before = suspect.map { $0.fingerprint == fingerprint ? $0.processes : 0 } ?? 0
        suspect = nil
        return (Suspect(fingerprint: fingerprint, processes: before + 1), before >= Self.patience)
    }

    /// FNV-1a, the same in every process.
    private static func fingerprint(_ delivery: Delivery, queue: String) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func add(_ bytes: some Sequence<UInt8>) { for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 } }
        add(queue.utf8)
        add(delivery.route.routingKey.utf8)
        add(delivery.body)
        return hash
    }
}
