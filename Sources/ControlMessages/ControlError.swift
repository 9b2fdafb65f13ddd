/// Why a request was not done. In JSON always `{"error":{"code":"…","message":"…"}}`.
///
/// Programs read `code`, people read `message`: what failed, why, and what they can do.
package struct ControlError: Error, Sendable, Equatable {
    /// The HTTP status that goes with it. Not part of the JSON.
    package let status: Int
    /// A word for programs, such as `unknown_processor`. Stays the same from version to version.
    package let code: String
    /// A sentence for people.
    package let message: String

    /// An error that Warren answers with.
    package init(_ code: ErrorCode, _ message: String) { self.init(status: code.status, code: code.rawValue, message: message) }

    /// An error by its parts, as a service of any version answered it.
    package init(status: Int, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }
}

extension ControlError {
    /// The request cannot be understood.
    package static func badRequest(_ message: String) -> ControlError { .init(.badRequest, message) }
    /// The peer may not do this.
    package static func notPermitted(_ message: String) -> ControlError { .init(.notPermitted, message) }
    /// No such path.
    package static func notFound(_ message: String) -> ControlError { .init(.notFound, message) }
    /// The state of things does not allow it.
    package static func conflict(_ message: String) -> ControlError { .init(.conflict, message) }
    /// Too many at once; the same request may work a moment later.
    package static func busy(_ message: String) -> ControlError { .init(.busy, message) }
    /// RabbitMQ or ArangoDB cannot be used for it now.
    package static func unavailable(_ message: String) -> ControlError { .init(.unavailable, message) }
    /// A look would count as a delivery of each message, to which nobody has consented.
    package static func countsDeliveries(_ message: String) -> ControlError { .init(.countsDeliveries, message) }
    /// A mistake of ours.
    package static func `internal`(_ message: String) -> ControlError { .init(.internal, message) }

    /// No processor bears this name.
    package static func unknownProcessor(_ name: String, known: [String], disabled: [String] = []) -> ControlError {
        guard !disabled.contains(name) else {
            return .init(
                .unknownProcessor,
                "processor \"\(name)\" is switched off: take enabled = false out of its configuration, and reload Warren")
        }
        return .init(.unknownProcessor, "no processor is named \"\(name)\"; known processors: \(known.joined(separator: ", "))")
    }
}

/// The JSON shape of every error.
package struct ErrorReply: Codable, Sendable, Equatable {
    /// What is inside.
    package struct Content: Codable, Sendable, Equatable {
        /// A word for programs.
        package let code: String
        /// A sentence for people.
        package let message: String
    }
    /// The one member.
    package let error: Content

    /// The shape of an error.
    package init(_ error: ControlError) {
        self.error = Content(code: error.code, message: error.message)
    }
}

extension ErrorReply {
    package static let schema = MessageSchema(
        "Error", "Why Warren did not carry out a request.",
        [
            .init("error", .message(contentSchema), "Code and message.")
        ])

    package static let contentSchema = MessageSchema(
        "ErrorContent", "A word for programs and a sentence for people.",
        [
            .init(
                "code", .choice(ErrorCode.allCases.map(\.rawValue)), "A word for programs. It is the same in all versions."),
            .init("message", .text, "A sentence for people: what failed, why, and what they can do. It may change."),
        ])
}
