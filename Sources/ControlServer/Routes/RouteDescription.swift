internal import ControlMessages

/// What a request is about, what it takes and what it is answered with. The router refuses what is not in it, and the OpenAPI description and the
/// manual show it.
struct RouteDescription: Sendable {
    /// An answer that is no error.
    struct Reply: Sendable, Equatable {
        enum Content: Sendable, Equatable {
            /// A message as JSON.
            case json(MessageSchema)
            /// One of two messages as JSON, by what was asked for.
            case either(MessageSchema, MessageSchema)
            /// Messages as JSON, one a line, as things happen.
            case lines(MessageSchema)
            /// Text of another media type.
            case text(mediaType: String)
            /// JSON that is described elsewhere.
            case document

            /// Media types that fit it; the first is the one it has.
            var mediaTypes: [String] {
                switch self {
                case .json, .either, .document: ["application/json"]
                // Each line is JSON.
                case .lines: [ConnectionHandler.streamType, "application/json"]
                case .text(let mediaType): [mediaType]
                }
            }

            /// Messages in it.
            var schemas: [MessageSchema] {
                switch self {
                case .json(let schema), .lines(let schema): [schema]
                case .either(let first, let second): [first, second]
                case .text, .document: []
                }
            }
        }

        let status: Int
        let content: Content
        let meaning: String
    }

    /// A body that a request has.
    struct Body: Sendable, Equatable {
        let schema: MessageSchema
        /// Whether the request means something without.
        let isOptional: Bool
    }

    /// In a few words.
    let summary: String
    /// More, in sentences.
    let details: String
    let parameters: [Parameter]
    /// `nil` if any body is refused.
    let body: Body?
    let replies: [Reply]
    /// Errors of its own, besides those that any request may be answered with.
    let errors: [ErrorCode]

    /// Errors that any request may be answered with before its route is asked, or while it is.
    static let commonErrors: [ErrorCode] = ErrorCode.allCases.filter { code in
        switch code {
        case .badRequest, .notPermitted, .notFound, .methodNotAllowed, .notAcceptable, .timeout, .bodyTooLarge, .targetTooLong,
            .unsupportedMediaType, .expectationFailed, .misdirected, .headersTooLarge, .internal, .notImplemented, .busy,
            .versionNotSupported:
            true
        case .unknownProcessor, .conflict, .refused, .notRecorded, .ambiguousID, .countsDeliveries, .outstanding, .parked,
            .invalidConfiguration,
            .unavailable:
            false
        }
    }

    init(
        _ summary: String, _ details: String = "", parameters: [Parameter] = [], body: Body? = nil, replies: [Reply] = [],
        errors: [ErrorCode] = []
    ) {
        self.summary = summary
        self.details = details
        self.parameters = parameters
        self.body = body
        self.replies = replies
        self.errors = errors
    }
}

extension RouteDescription.Reply {
    /// A message with status 200, or with another one.
    static func json(_ schema: MessageSchema, _ meaning: String, status: Int = 200) -> Self {
        Self(status: status, content: .json(schema), meaning: meaning)
    }
}

extension RouteDescription.Body {
    /// A body without which the request means nothing.
    static func required(_ schema: MessageSchema) -> Self { Self(schema: schema, isOptional: false) }
    /// A body that may be left out.
    static func optional(_ schema: MessageSchema) -> Self { Self(schema: schema, isOptional: true) }
}

/// A value in a request's path or query.
struct Parameter: Sendable, Equatable {
    enum Location: String, Sendable {
        case path, query
    }

    let name: String
    let location: Location
    let schema: Schema
    /// What it means, in a sentence or two.
    let meaning: String
    /// The level that a peer needs to give it; `nil` if the level of the request is enough.
    let level: AccessLevel?
    /// What its absence means, if that is a value.
    let fallback: JSONValue?

    /// A name in a path.
    static func path(_ name: String, _ meaning: String) -> Parameter {
        Parameter(name: name, location: .path, schema: .name, meaning: meaning, level: nil, fallback: nil)
    }

    /// A pair in a query, which may be left out.
    static func query(
        _ name: String, _ schema: Schema, _ meaning: String, level: AccessLevel? = nil, fallback: JSONValue? = nil
    ) -> Parameter {
        Parameter(name: name, location: .query, schema: schema, meaning: meaning, level: level, fallback: fallback)
    }
}
