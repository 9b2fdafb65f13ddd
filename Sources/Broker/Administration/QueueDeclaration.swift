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

extension QueueDeclaration {
    /// The type that was asked for; nil: the broker's default.
    var type: String? {
        guard case .string(let type)? = arguments.first(where: { $0.name == "x-queue-type" })?.value else { return nil }
        return type
    }

    /// The same with ``safeDeliveryLimit``, which only a quorum queue can have; nil: it has no business there.
    var limited: QueueDeclaration? {
        guard outlastsReturns, type == nil || type == "quorum" else { return nil }
        var queue = QueueDeclaration(
            name: name, isDurable: isDurable, arguments: arguments + [(Self.limitArgument, .integer(Self.safeDeliveryLimit))])
        (queue.isExclusive, queue.isAutoDelete) = (isExclusive, isAutoDelete)
        return queue
    }

    static let limitArgument = "x-delivery-limit"

    /// How a queue that is there differs. What is unknown does not count.
    func differences(from present: QueueProperties) -> [QueueDifference] {
        var list: [QueueDifference] = []
        func compare(_ name: String, _ found: String?, _ wanted: String?) {
            if found != wanted { list.append(QueueDifference(name: name, found: found, wanted: wanted)) }
        }
        compare("durable", "\(present.isDurable)", "\(isDurable)")
        compare("auto_delete", "\(present.isAutoDelete)", "\(isAutoDelete)")
        if let type, let found = present.type { compare("x-queue-type", found, type) }
        var others = present.arguments
        for (name, value) in arguments where name != "x-queue-type" {
            let found = others.removeValue(forKey: name)
            if found != nil || present.isComplete { compare(name, found, value.text) }
        }
        if outlastsReturns, present.type == "quorum" {
            let found = others.removeValue(forKey: Self.limitArgument)
            if found.map({ Int64($0) ?? 0 < Self.safeDeliveryLimit }) ?? present.isComplete {
                compare(Self.limitArgument, found, "\(Self.safeDeliveryLimit)")
            }
        }
        for (name, value) in others.sorted(by: { $0.key < $1.key }) { compare(name, value, nil) }
        return list
    }
}

/// A property or an argument that a queue has otherwise than it was to be declared.
public struct QueueDifference: Sendable, Equatable, CustomStringConvertible {
    /// Such as `durable` or `x-message-ttl`.
    public let name: String
    /// nil: it has none.
    public let found: String?
    /// nil: none.
    public let wanted: String?

    /// For people.
    public var description: String {
        switch (found, wanted) {
        case (let found?, let wanted?): "\(name) is \(found), not \(wanted)"
        case (nil, let wanted?): "\(name) is not set, \(wanted) is wanted"
        case (let found?, nil): "\(name) is \(found), and was not asked for"
        case (nil, nil): name
        }
    }
}

extension [QueueDifference] {
    /// For people.
    public var summary: String { map(\.description).joined(separator: "; ") }
}

extension HeaderValue {
    /// As the broker's complaints write it.
    fileprivate var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .boolean(let isTrue): "\(isTrue)"
        case .timestamp(let seconds): "\(seconds)"
        }
    }
}
