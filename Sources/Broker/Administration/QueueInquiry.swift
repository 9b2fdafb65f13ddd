/// Finds out how a queue was declared, by declaring it in an impossible way. This neither creates a missing queue nor changes an existing one.
///
/// AMQP shows how a queue was declared only in the complaint about a declaration that differs. This declaration differs on purpose: its dead-letter
/// exchange is a number, and its type is one that no broker knows. A complaint names the first difference, in the broker's own order. The inquiry
/// adopts the value and declares the queue again, until no complaint comes. This takes the right to configure the queue. Policies stay invisible.
struct QueueInquiry: Equatable {
    /// What the inquiry is about.
    enum Goal: Equatable {
        /// Whether there is a dead-letter exchange, and whatever else comes up before.
        case deadLetterExchange
        /// Type, properties and all arguments.
        case everything
    }

    enum Step: Equatable {
        /// Declare it again, on a new channel.
        case again
        /// The result. ``QueueProperties/isComplete`` says whether it is complete.
        case answered(QueueProperties)
        /// The broker refuses to answer, for this reason.
        case refused(BrokerError.Reason)
    }

    /// Each attempt shows one argument, and a queue has a handful.
    static let mostTries = 32
    private static let exchangeArgument = "x-dead-letter-exchange"
    private static let typeArgument = "x-queue-type"

    let goal: Goal
    /// What is known so far.
    private(set) var properties = QueueProperties()
    private var values: [(name: String, value: HeaderValue)] = []
    private var isExchangeTold = false
    private var tries = 0

    init(_ goal: Goal = .deadLetterExchange) {
        self.goal = goal
        properties.isComplete = false
    }

    /// The arguments of the declaration.
    var table: FieldTable {
        var table = FieldTable()
        for (name, value) in values { table.append(name, value) }
        if !isExchangeTold { table.append(Self.exchangeArgument, .integer(1)) }
        guard goal == .everything else { return table }
        if properties.type == nil { table.append(Self.typeArgument, .string("warren")) }
        // Existing classic and quorum queues do not compare it. A new queue is refused because of it, even if everything else is known and right.
        table.append("x-max-age", .integer(1))
        return table
    }

    /// The broker has accepted the declaration: nothing differs.
    mutating func accepted() -> Step {
        guard goal == .everything, isExchangeTold, properties.type != nil else { return .refused(Self.accepted) }
        properties.isComplete = true
        return .answered(properties)
    }

    /// The broker has closed the channel because of the declaration.
    mutating func channelClosed(code: UInt16, text: String) -> Step {
        tries += 1
        let reason = BrokerError.Reason.channelClosed(code: code, text: text)
        guard ReplyCode(code) == .preconditionFailed else { return .refused(reason) }
        // A missing queue would have to be created, and is refused because of the number.
        guard let difference = InequivalentArgument(text) else {
            return .refused(text.contains("invalid type") ? .channelClosed(code: 404, text: "NOT_FOUND - no such queue") : reason)
        }
        switch difference.name {
        case "durable":
            guard properties.isDurable, difference.current == "false" else { return .refused(reason) }
            properties.isDurable = false
        case "auto_delete":
            guard !properties.isAutoDelete, difference.current == "true" else { return .refused(reason) }
            properties.isAutoDelete = true
        case Self.exchangeArgument:
            guard !isExchangeTold else { return .refused(reason) }
            isExchangeTold = true
            properties.arguments[Self.exchangeArgument] = difference.current
            if goal == .deadLetterExchange { return .answered(properties) }
            // If the broker compares a value with ours, its complaint names no type. This value is a text.
            if let exchange = difference.current { values.append((Self.exchangeArgument, .string(exchange))) }
        case Self.typeArgument:
            guard properties.type == nil else { return .refused(reason) }
            // A queue that was declared without a type before RabbitMQ 4 is classic. Later versions give it the default type.
            let type = difference.current ?? "classic"
            properties.type = type
            // A stream does not compare the number, so that no further complaint would come.
            if type == "stream" { return goal == .everything ? .answered(properties) : .refused(Self.stream) }
            values.append((Self.typeArgument, .string(type)))
        default:
            let isNew = properties.arguments[difference.name] == nil
            if let current = difference.current { properties.arguments[difference.name] = current }
            // Warren cannot send a value of this type, so that the same complaint would come again.
            guard tries < Self.mostTries, isNew, let value = difference.value else {
                return goal == .everything ? .answered(properties) : .refused(reason)
            }
            values.append((difference.name, value))
        }
        return .again
    }

    static func == (left: Self, right: Self) -> Bool {
        left.goal == right.goal && left.properties == right.properties && left.tries == right.tries
            && left.table.encoded == right.table.encoded
    }
}

extension QueueInquiry {
    private static let stream = BrokerError.Reason.unsupported(
        "the queue is a stream, and is not consumed. \(BrokerComplaint.stream.remedy)")

    /// The broker has accepted the declaration, as it does with no known type of queue. Its dead-letter exchange stays unknown.
    static let accepted = BrokerError.Reason.unsupported(
        "not consumed: [dead_letter] enabled is false, and the broker does not report whether the queue has a dead-letter exchange. \(remedy)"
    )

    /// Why a queue that needs a dead-letter exchange is not consumed; `nil` if it is known to have one.
    static func objection(to step: Step) -> BrokerError.Reason? {
        switch step {
        case .again: nil
        case .answered(let properties) where properties.arguments[exchangeArgument] != nil: nil
        case .answered:
            .unsupported(
                "not consumed: [dead_letter] enabled is false, and the queue has no x-dead-letter-exchange argument; RabbitMQ would discard what "
                    + "cannot be written. \(remedy)")
        case .refused(.channelClosed(let code, let text)) where ReplyCode(code) == .accessRefused || ReplyCode(code) == .preconditionFailed:
            .unsupported(
                "not consumed: [dead_letter] enabled is false, and whether the queue has a dead-letter exchange cannot be known: \(code) \(text). "
                    + "Give the user the right to configure this queue, which Warren only uses to look. \(remedy)")
        case .refused(let reason): reason
        }
    }

    private static let remedy =
        "Declare the queue with that argument (a policy's cannot be seen over AMQP), or set [dead_letter] enabled = true"
}
