/// Why a request was not done. In JSON always `{"error":{"code":"…","message":"…"}}`.
///
/// Programs read `code`, people read `message`: what failed, why, and what they can do.
public struct ControlError: Error, Sendable, Equatable {
    /// The HTTP status that goes with it. Not part of the JSON.
    public let status: Int
    /// A word for programs, such as `unknown_processor`. Stays the same from version to version.
    public let code: String
    /// A sentence for people.
    public let message: String

    /// An error that Warren answers with.
    public init(_ code: ErrorCode, _ message: String) { self.init(status: code.status, code: code.rawValue, message: message) }

    /// An error by its parts, as a service of any version answered it.
    init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

extension ControlError {
    /// The request cannot be understood.
    public static func badRequest(_ message: String) -> ControlError { .init(.badRequest, message) }
    /// The peer may not do this.
    public static func notPermitted(_ message: String) -> ControlError { .init(.notPermitted, message) }
    /// No such path.
    public static func notFound(_ message: String) -> ControlError { .init(.notFound, message) }
    /// The state of things does not allow it.
    public static func conflict(_ message: String) -> ControlError { .init(.conflict, message) }
    /// Too many at once; the same request may work a moment later.
    public static func busy(_ message: String) -> ControlError { .init(.busy, message) }
    /// RabbitMQ or ArangoDB cannot be used for it now.
    public static func unavailable(_ message: String) -> ControlError { .init(.unavailable, message) }
    /// A mistake of ours.
    public static func `internal`(_ message: String) -> ControlError { .init(.internal, message) }

    /// No processor bears this name.
    public static func unknownProcessor(_ name: String, known: [String]) -> ControlError {
        .init(.unknownProcessor, "no processor is named \"\(name)\"; there are: \(known.joined(separator: ", "))")
    }
}

/// The JSON shape of every error.
public struct ErrorReply: Codable, Sendable, Equatable {
    /// What is inside.
    public struct Content: Codable, Sendable, Equatable {
        /// A word for programs.
        public let code: String
        /// A sentence for people.
        public let message: String
    }
    /// The one member.
    public let error: Content

    /// The shape of an error.
    public init(_ error: ControlError) {
        self.error = Content(code: error.code, message: error.message)
    }
}
