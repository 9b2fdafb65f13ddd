/// A queue that is to exist.
public struct QueueDeclaration: Sendable {
    /// How often a message of one of our queues may come back. By default RabbitMQ 4 drops it at the 21st return. A negative limit means no limit to
    /// RabbitMQ 4, and "drop it at the first return" to RabbitMQ 3. A large limit means the same to all versions.
    public static let safeDeliveryLimit: Int64 = 1_000_000

    /// 1…255 bytes.
    public let name: String
    /// It survives a restart of the broker.
    public let isDurable: Bool
    /// For example `x-queue-type`. Empty for the broker's defaults.
    public let arguments: [(name: String, value: HeaderValue)]

    /// If it is a quorum queue, by its arguments or by the broker's default, it has ``safeDeliveryLimit``. Classic queues have no such argument, and
    /// a broker refuses to create one with it.
    public var outlastsReturns = false
    /// It belongs to the connection that declares it, and ends with it.
    var isExclusive = false
    /// It is deleted with its messages when its last consumer leaves.
    var isAutoDelete = false

    /// A queue by its name. By default it is durable, with the broker's own defaults.
    public init(name: String, isDurable: Bool = true, arguments: [(name: String, value: HeaderValue)] = []) {
        self.name = name
        self.isDurable = isDurable
        self.arguments = arguments
    }
}

extension QueueDeclaration {
    /// The requested type; `nil` for the broker's default.
    var type: String? {
        guard case .string(let type)? = arguments.first(where: { $0.name == "x-queue-type" })?.value else { return nil }
        return type
    }

    /// The same with ``safeDeliveryLimit``; `nil` if the queue is not to have it.
    var limited: QueueDeclaration? {
        guard outlastsReturns, type == nil || type == "quorum" else { return nil }
        var queue = QueueDeclaration(
            name: name, isDurable: isDurable, arguments: arguments + [(Self.limitArgument, .integer(Self.safeDeliveryLimit))])
        (queue.isExclusive, queue.isAutoDelete) = (isExclusive, isAutoDelete)
        return queue
    }

    static let limitArgument = "x-delivery-limit"

    /// How an existing queue differs. Unknown properties do not count.
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

/// A property or an argument in which an existing queue differs from its declaration.
public struct QueueDifference: Sendable, Equatable, CustomStringConvertible {
    /// For example `durable` or `x-message-ttl`.
    public let name: String
    /// The existing value; `nil` if there is none.
    public let found: String?
    /// The declared value; `nil` if there is none.
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
    /// As it appears in the broker's complaints.
    fileprivate var text: String {
        switch self {
        case .string(let text): text
        case .integer(let number): "\(number)"
        case .boolean(let isTrue): "\(isTrue)"
        case .timestamp(let seconds): "\(seconds)"
        }
    }
}
