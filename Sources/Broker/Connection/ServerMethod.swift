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
