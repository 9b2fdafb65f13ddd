/// What the broker may send besides messages, as far as it concerns us.
enum ServerMethod: Equatable, Sendable {
    case channelOpenOk, qosOk, consumeOk, cancelOk, channelCloseOk, confirmSelectOk, connectionCloseOk
    /// `queue.declare-ok`: so many messages are ready for delivery, and so many consumers there are.
    case declareOk(ready: Int, consumers: Int)
    /// `basic.cancel`: announced to us because we declared `consumer_cancel_notify`.
    case consumerCancelled
    case channelClose(code: UInt16, text: String)
    case connectionClose(code: UInt16, text: String)
    /// The broker is short of memory or disk and takes no publications (`connection.blocked`).
    case blocked(reason: String)
    case unblocked
    /// A publisher confirm.
    case ack(tag: UInt64, multiple: Bool)
    /// `basic.get-empty`: the queue has no message that is ready.
    case getEmpty
    /// The opposite of a confirm.
    case nack(tag: UInt64, multiple: Bool)
    /// The answer to a request about exchanges, bindings or the end of a queue, by its number; it has nothing more to say.
    case done(id: UInt32)
    /// One that has no business here.
    case unexpected(id: UInt32)
}
