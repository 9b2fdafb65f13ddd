internal import Broker
internal import Settings

/// What is known of a queue, over AMQP and from the management API together. `nil` is unknown, and never means that there is nothing.
struct QueueFacts {
    /// A limit or another setting that holds for a queue, and where it comes from.
    struct Setting: Equatable {
        let value: String
        /// For people: `argument x-message-ttl, told by AMQP`.
        let origin: String
        /// It is part of the queue's declaration, so that a policy can only lower it.
        let isArgument: Bool

        var number: Int64? { Int64(value) }
    }

    /// How often a message may come back to the queue.
    enum Returns: Equatable {
        case unlimited
        /// It is dropped, or dead-lettered, when it comes back once more.
        case limited(Setting)
        case unknown
    }

    let type: String?
    let isDurable: Bool?
    let isAutoDelete: Bool?
    /// `nil` if AMQP does not show it, and the management API was not asked or does not answer.
    let arguments: [String: String]?
    /// All arguments are known.
    let hasAllArguments: Bool
    /// Its dead-letter exchange is known to be missing.
    let lacksDeadLetterExchange: Bool
    /// What AMQP alone shows of it, as the daemon sees it.
    let declared: QueueProperties?
    let managed: ManagedQueue?
    private let argumentsSource: String

    init(_ queue: BrokerExamination.Queue, _ managed: ManagedQueue?) {
        declared = queue.properties
        lacksDeadLetterExchange = queue.lacksDeadLetterExchange
        self.managed = managed
        type = queue.type ?? managed?.type
        isDurable = queue.properties?.isDurable ?? managed?.isDurable
        isAutoDelete = queue.properties?.isAutoDelete ?? managed?.isAutoDelete
        if let properties = queue.properties, properties.isComplete || managed?.arguments == nil {
            (arguments, hasAllArguments, argumentsSource) = (properties.arguments, properties.isComplete, "AMQP")
        } else {
            (arguments, argumentsSource) = (managed?.arguments, "the management API")
            hasAllArguments = managed?.arguments != nil
        }
    }

    /// What policies set cannot be seen.
    var hidesPolicies: Bool { managed?.settings == nil }

    /// Argument `x-NAME` or NAME of a policy. Of two numbers the smaller one holds, of two texts the argument. `nil` if none is known.
    func setting(_ name: String) -> Setting? {
        let argument = arguments?["x-\(name)"].map {
            Setting(value: $0, origin: "argument x-\(name), told by \(argumentsSource)", isArgument: true)
        }
        let policy = managed?.settings?[name].map { value in
            Setting(
                value: value,
                origin: "\(name) of policy \((managed?.policies ?? []).joined(separator: " and ")), told by the management API",
                isArgument: false)
        }
        guard let argument, let policy else { return argument ?? policy }
        guard let ours = argument.number, let theirs = policy.number else { return argument }
        return theirs < ours ? policy : argument
    }

    /// How often a message may come back. `version` is the broker's: RabbitMQ 4 has a limit of 20 where nothing is said.
    func returns(version: String?) -> Returns {
        guard let type else { return .unknown }
        guard type == "quorum" else { return .unlimited }
        if let set = setting("delivery-limit") { return .limited(set) }
        if let limit = managed?.deliveryLimit {
            return .limited(
                Setting(value: "\(limit)", origin: "the broker's default, told by the management API", isArgument: false))
        }
        guard hasAllArguments, let major = version.flatMap(Self.major) else { return .unknown }
        if major < 4 { return .unlimited }
        if managed?.settings != nil { return .unknown }
        return .limited(
            Setting(value: "20", origin: "the default of RabbitMQ 4, unless a policy says otherwise", isArgument: false))
    }

    static func major(_ version: String) -> Int? { version.split(separator: ".").first.flatMap { Int($0) } }
}
