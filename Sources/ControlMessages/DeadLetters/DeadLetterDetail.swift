/// `GET /v1/dead-letters/{processor}?id=I`: one dead letter with its properties, headers and body.
package struct DeadLetterDetail: Codable, Sendable, Equatable {
    /// A property or a header.
    package struct Field: Codable, Sendable, Equatable {
        /// Its name.
        package var name: String
        /// Its value as text; what has no text of its own (tables, lists) is named by its type, and what is redacted by its size.
        package var value: String

        /// A field by its parts.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// How the body is encoded in the reply.
    package enum Encoding: String, Codable, Sendable, CaseIterable {
        /// As it is.
        case text
        /// In Base64: it is no UTF-8.
        case base64
        /// Not at all: it was asked for without.
        case redacted
    }

    /// The dead-letter queue.
    package var queue: String
    /// The same as in a listing.
    package var letter: DeadLetterSummary
    /// The properties that the message has, `headers` apart.
    package var properties: [Field]
    /// In the message's order.
    package var headers: [Field]
    /// How the body is given.
    package var bodyEncoding: Encoding
    /// The body, or its beginning; empty if redacted.
    package var body: String
    /// True: only the first part of the body is here.
    package var isBodyCut: Bool

    /// A detail by its parts.
    package init(
        queue: String, letter: DeadLetterSummary, properties: [Field], headers: [Field], bodyEncoding: Encoding, body: String,
        isBodyCut: Bool
    ) {
        self.queue = queue
        self.letter = letter
        self.properties = properties
        self.headers = headers
        self.bodyEncoding = bodyEncoding
        self.body = body
        self.isBodyCut = isBodyCut
    }
}

extension DeadLetterDetail {
    package static let schema = MessageSchema(
        "DeadLetterDetail", "One dead letter with its properties, headers and body.",
        [
            .init("queue", .text, "The dead-letter queue."),
            .init("letter", .message(DeadLetterSummary.schema), "The same as in a listing."),
            .init("properties", .list(.message(Field.schema)), "The properties that the message has, headers apart."),
            .init("headers", .list(.message(Field.schema)), "In the message's order."),
            .init(
                "body_encoding", .choice(Encoding.allCases.map(\.rawValue)),
                "How the body is given: as it is, in Base64 because it is not UTF-8, or not at all."),
            .init("body", .text, "The body, or its beginning; empty if redacted."),
            .init("is_body_cut", .boolean, "True if only the first part of the body is here."),
        ])
}

extension DeadLetterDetail.Field {
    package static let schema = MessageSchema(
        "Field", "A property or a header.",
        [
            .init("name", .text, "Its name."),
            .init("value", .text, "Its value as text; tables and lists are named by their type, and what is redacted by its size."),
        ])
}
