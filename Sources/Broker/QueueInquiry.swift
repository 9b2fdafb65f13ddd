/// Finds out what RabbitMQ does with a queue's messages, by declaring it in a way in which it cannot be: neither is a queue created that is not there,
/// nor anything changed at one that is.
///
/// AMQP tells a queue's arguments only in the complaint about a declaration that differs. The dead-letter exchange of this one is a number, which no
/// queue can have: so there is always a complaint. It names what differs first, in an order of the broker's own; each difference is believed and the
/// declaration made again, until the complaint is about the dead-letter exchange. That takes the right to configure the queue. What a policy
/// adds is not seen.
struct QueueInquiry: Equatable {
    /// Each try tells one argument; a queue has a handful.
    static let mostTries = 24
    private static let exchangeArgument = "x-dead-letter-exchange"

    /// What was found out.
    struct Answer: Equatable {
        /// The argument's value; nil: the queue has none of its own.
        let deadLetterExchange: String?
        /// It is deleted, with what is in it, when its last consumer leaves.
        let isAutoDelete: Bool
    }

    enum Step: Equatable {
        /// Declare it again, on a new channel.
        case again
        case answered(Answer)
        /// Nothing can be found out; why.
        case refused(BrokerError.Reason)
    }

    private(set) var isDurable = true
    private(set) var isAutoDelete = false
    private var arguments: [(name: String, value: HeaderValue)] = []
    private var tries = 0

    /// The arguments of the declaration.
    var table: FieldTable {
        var table = FieldTable()
        for (name, value) in arguments { table.append(name, value) }
        table.append(Self.exchangeArgument, .integer(1))
        return table
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
        case Self.exchangeArgument:
            return .answered(Answer(deadLetterExchange: difference.current, isAutoDelete: isAutoDelete))
        case "durable":
            guard isDurable, difference.current == "false" else { return .refused(reason) }
            isDurable = false
        case "auto_delete":
            guard !isAutoDelete, difference.current == "true" else { return .refused(reason) }
            isAutoDelete = true
        // Of a stream the number is not compared, so there would be no further complaint.
        case "x-queue-type" where difference.current == "stream": return .refused(Self.stream)
        default:
            guard tries < Self.mostTries, let value = difference.value, !arguments.contains(where: { $0.name == difference.name }) else {
                return .refused(reason)
            }
            arguments.append((difference.name, value))
        }
        return .again
    }

    static func == (left: Self, right: Self) -> Bool {
        left.isDurable == right.isDurable && left.isAutoDelete == right.isAutoDelete && left.tries == right.tries
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
        case .answered(let answer) where answer.deadLetterExchange != nil: nil
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
