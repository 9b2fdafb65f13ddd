/// `POST /v1/explain`: a message, as it might come.
package struct ExplainRequest: Codable, Sendable, Equatable {
    /// The processor that would get it.
    package var processor: String
    /// Its body, in Base64.
    package var body: String
    /// Its `content-encoding` property.
    package var contentEncoding: String?
    /// Its `timestamp` property, in whole seconds since 1970.
    package var timestamp: UInt64?

    /// A request by its parts.
    package init(processor: String, body: String, contentEncoding: String? = nil, timestamp: UInt64? = nil) {
        self.processor = processor
        self.body = body
        self.contentEncoding = contentEncoding
        self.timestamp = timestamp
    }
}

extension ExplainRequest: RequestMessage {
    package static let schema = MessageSchema(
        "ExplainRequest", "A message, as RabbitMQ might deliver it.", isRequest: true,
        [
            .init("processor", .name, "The processor that would get it."),
            .init("body", .base64, "Its body, in Base64."),
            .optional("content_encoding", .text, "Its content-encoding property."),
            .optional("timestamp", .integer(from: 0), "Its timestamp property, in whole seconds since 1970."),
        ])

    package init(_ body: JSONValue) {
        self.init(
            processor: body.text("processor") ?? "", body: body.text("body") ?? "", contentEncoding: body.text("content_encoding"),
            timestamp: body.whole("timestamp"))
    }
}
