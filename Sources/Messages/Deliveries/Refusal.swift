/// Why a message can never be written as it is. Found before a batch is built, so that it cannot fail its neighbours.
public struct Refusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kinds of refusal; raw values go into the `warren-reason` header, metrics and filters.
    public enum Reason: String, Sendable, CaseIterable {
        /// Not a JSON text (RFC 8259), or nested too deeply.
        case notJSON = "not-json"
        /// JSON, but no object where one belongs.
        case notAnObject = "not-an-object"
        /// An attribute name twice in one object.
        case duplicateName = "duplicate-name"
        /// No key where the processor looks for it, or one that ArangoDB does not accept.
        case badKey = "bad-key"
        /// No version where the processor looks for it, or neither whole number nor RFC 3339 time.
        case badVersion = "bad-version"
        /// Relations that are no array, or one of them without a document at its other end.
        case badEdge = "bad-edge"
        /// An onward message's routing key that the message gives no value for, or one that AMQP does not take.
        case badRoutingKey = "bad-routing-key"
        /// No CloudEvent where one belongs, or not a whole one.
        case badEnvelope = "bad-envelope"
        /// Larger than `max_message`, before or after decompression.
        case tooLarge = "too-large"
        /// A `content-encoding` that is unknown, or a body that does not hold to it.
        case badEncoding = "bad-encoding"
        /// Properties that are not encoded as AMQP says, or larger than Warren reads.
        case badProperties = "bad-properties"
        /// ArangoDB refused the document.
        case refusedByDatabase = "refused-by-database"
        /// `[retry] attempts` used up.
        case retryExhausted = "retry-exhausted"
        /// The daemon ended again and again while it handled the message.
        case endsProcess = "ends-process"
        /// RabbitMQ would drop the message if it came back once more, or soon.
        case deliveryLimit = "delivery-limit"
    }

    /// The kind.
    public let reason: Reason
    /// What and where, for people: names the byte offset or pointer, never the content.
    public let detail: String

    /// A refusal with its explanation.
    public init(_ reason: Reason, _ detail: String) {
        self.reason = reason
        self.detail = detail
    }

    /// `reason: detail`.
    public var description: String { "\(reason.rawValue): \(detail)" }
}
