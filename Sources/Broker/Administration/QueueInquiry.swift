/// Finds out what a queue is, by declaring it in a way in which it cannot be: neither is a queue created that is not there, nor anything changed at
/// one that is.
///
/// AMQP tells what a queue was declared with only in the complaint about a declaration that differs. This one differs on purpose: its dead-letter
/// exchange is a number, its type is one that no broker knows. A complaint names what differs first, in an order of the broker's own; each is
/// believed and the declaration made again, until there is none. That takes the right to configure the queue. What a policy adds is not seen.
struct QueueInquiry: Equatable {
    /// What is to be found out.
    enum Goal: Equatable {
        /// Whether there is a dead-letter exchange, and what is told on the way there.
        case deadLetterExchange
        /// Type, properties and all arguments.
        case everything
    }

    enum Step: Equatable {
        /// Declare it again, on a new channel.
        case again
        /// What was found out; ``QueueProperties/isComplete`` tells whether it is all.
        case answered(QueueProperties)
        /// Nothing can be found out; why.
        case refused(BrokerError.Reason)
    }

    /// Each try tells one argument; a queue has a handful.
    static let mostTries = 32
    private static let exchangeArgument = "x-dead-letter-exchange"
    private static let typeArgument = "x-queue-type"

    let goal: Goal
    /// What was told so far.
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
        // Of classic and quorum queues it is not compared; a new one is refused over it, also when everything else is known and right.
        table.append("x-max-age", .integer(1))
        return table
    }

    /// The broker has taken the declaration: nothing differs.
    mutating func accepted() -> Step {
        guard goal == .everything, isExchangeTold, properties.type != nil else { return .refused(Self.accepted) }
        properties.isComplete = true
        return .answered(properties)
    }

    /// The broker closed the channel over the declaration.
    mutating func channelClosed(code: UInt16, text: String) -> Step {
        tries += 1
        let reason = BrokerError.Reason.channelClosed(code: code, text: text)
        guard ReplyCode(code) == .preconditionFailed else { return .refused(reason) }
        // A queue that is not there would have to be created, and is refused for the number.
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
            // Of a value that is compared with ours the complaint tells no type; this one is a text.
            if let exchange = difference.current { values.append((Self.exchangeArgument, .string(exchange))) }
        case Self.typeArgument:
            guard properties.type == nil else { return .refused(reason) }
            // One that was declared without a type, before RabbitMQ 4, is a classic one; later it bears the type that the default gave it.
            let type = difference.current ?? "classic"
            properties.type = type
            // Of a stream the number is not compared, so there would be no further complaint.
            if type == "stream" { return goal == .everything ? .answered(properties) : .refused(Self.stream) }
            values.append((Self.typeArgument, .string(type)))
        default:
            let isNew = properties.arguments[difference.name] == nil
            if let current = difference.current { properties.arguments[difference.name] = current }
            // Of a kind that we cannot send the complaint would stay.
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

    /// The broker has taken the declaration, as it does with no queue that we know: nothing can be said of its dead-letter exchange.
    static let accepted = BrokerError.Reason.unsupported(
        "not consumed: [dead_letter] enabled is false, and the broker does not tell whether the queue has a dead-letter exchange. \(remedy)"
    )

    /// Why a queue is not consumed whose rejected messages must go to a dead-letter exchange; nil: it is known to have one.
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
