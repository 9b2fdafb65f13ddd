internal import CRabbitMQ

/// The methods that the broker sends besides messages, as far as Warren uses them.
enum ServerMethod: Equatable, Sendable {
    case channelOpenOk, qosOk, consumeOk, cancelOk, channelCloseOk, confirmSelectOk, connectionCloseOk
    /// `queue.declare-ok`: the number of messages that are ready for delivery, and of consumers.
    case declareOk(ready: Int, consumers: Int)
    /// `basic.cancel`: the broker sends it because Warren declares `consumer_cancel_notify`.
    case consumerCancelled
    case channelClose(code: UInt16, text: String)
    case connectionClose(code: UInt16, text: String)
    /// The broker is short of memory or disk and accepts no publications (`connection.blocked`).
    case blocked(reason: String)
    case unblocked
    /// A publisher confirm.
    case ack(tag: UInt64, multiple: Bool)
    /// `basic.get-empty`: the queue has no message that is ready.
    case getEmpty
    /// The broker refuses a publication.
    case nack(tag: UInt64, multiple: Bool)
    /// The answer to a request about exchanges, bindings or the deletion of a queue, by its number. It has no arguments that matter.
    case done(id: UInt32)
    /// A method that Warren does not use.
    case unexpected(id: UInt32)
}

extension ServerMethod {
    /// Reads a method frame's payload.
    init(payload: Span<UInt8>) throws(ProtocolViolation) {
        var index = 0
        guard let id = payload.number(UInt32.self, at: &index) else { throw ProtocolViolation("a method frame of \(payload.count) bytes") }
        try self.init(id: id, fields: payload.extracting(index..<payload.count))
    }

    /// Reads a method frame's payload from behind class and method number (AMQP 0-9-1, 4.2.4), `fields` its arguments. A method that Warren does not
    /// use is `unexpected`, whatever it contains.
    init(id: UInt32, fields: Span<UInt8>) throws(ProtocolViolation) {
        guard let method = Self.read(id: id, fields) else {
            throw ProtocolViolation("the method \(id >> 16).\(id & 0xFFFF) ends within its arguments")
        }
        self = method
    }

    private static func read(id: UInt32, _ fields: Span<UInt8>) -> ServerMethod? {
        switch id {
        case AMQP_CHANNEL_OPEN_OK_METHOD: return .channelOpenOk
        case AMQP_BASIC_QOS_OK_METHOD: return .qosOk
        case AMQP_BASIC_CONSUME_OK_METHOD: return .consumeOk
        case AMQP_BASIC_CANCEL_OK_METHOD: return .cancelOk
        case AMQP_BASIC_CANCEL_METHOD: return .consumerCancelled
        case AMQP_CHANNEL_CLOSE_OK_METHOD: return .channelCloseOk
        case AMQP_CONFIRM_SELECT_OK_METHOD: return .confirmSelectOk
        case AMQP_BASIC_GET_EMPTY_METHOD: return .getEmpty
        case AMQP_CONNECTION_CLOSE_OK_METHOD: return .connectionCloseOk
        case AMQP_CONNECTION_UNBLOCKED_METHOD: return .unblocked
        case AMQP_EXCHANGE_DECLARE_OK_METHOD, AMQP_EXCHANGE_BIND_OK_METHOD, AMQP_EXCHANGE_UNBIND_OK_METHOD, AMQP_QUEUE_BIND_OK_METHOD,
            AMQP_QUEUE_UNBIND_OK_METHOD, AMQP_QUEUE_DELETE_OK_METHOD, AMQP_EXCHANGE_DELETE_OK_METHOD:
            return .done(id: id)
        case AMQP_CONNECTION_BLOCKED_METHOD:
            var index = 0
            return fields.shortString(at: &index).map { .blocked(reason: fields.text($0)) }
        case AMQP_CHANNEL_CLOSE_METHOD: return closing(fields).map { .channelClose(code: $0.code, text: $0.text) }
        case AMQP_CONNECTION_CLOSE_METHOD: return closing(fields).map { .connectionClose(code: $0.code, text: $0.text) }
        case AMQP_QUEUE_DECLARE_OK_METHOD: return declareOk(fields)
        case AMQP_BASIC_ACK_METHOD: return confirmation(fields).map { .ack(tag: $0.tag, multiple: $0.multiple) }
        case AMQP_BASIC_NACK_METHOD: return confirmation(fields).map { .nack(tag: $0.tag, multiple: $0.multiple) }
        default: return .unexpected(id: id)
        }
    }

    /// `channel.close` and `connection.close` begin with the same fields.
    private static func closing(_ fields: Span<UInt8>) -> (code: UInt16, text: String)? {
        var index = 0
        guard let code = fields.number(UInt16.self, at: &index), let text = fields.shortString(at: &index) else { return nil }
        return (code, fields.text(text))
    }

    private static func declareOk(_ fields: Span<UInt8>) -> ServerMethod? {
        var index = 0
        guard fields.shortString(at: &index) != nil, let ready = fields.number(UInt32.self, at: &index),
            let consumers = fields.number(UInt32.self, at: &index)
        else { return nil }
        return .declareOk(ready: Int(ready), consumers: Int(consumers))
    }

    /// `basic.ack` and `basic.nack` begin with the same fields. The bits behind `multiple` do not matter here.
    private static func confirmation(_ fields: Span<UInt8>) -> (tag: UInt64, multiple: Bool)? {
        var index = 0
        guard let tag = fields.number(UInt64.self, at: &index), let bits = fields.number(UInt8.self, at: &index) else { return nil }
        return (tag, bits & 1 != 0)
    }
}
