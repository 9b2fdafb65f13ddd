/// Why a request was not done, as a word for programs. Words stay the same from version to version; new ones may come.
package enum ErrorCode: String, Sendable, CaseIterable {
    case badRequest = "bad_request"
    case notPermitted = "not_permitted"
    case notFound = "not_found"
    case unknownProcessor = "unknown_processor"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case timeout
    case conflict
    case refused
    case ambiguousID = "ambiguous_id"
    case countsDeliveries = "counts_deliveries"
    case outstanding
    case parked
    case bodyTooLarge = "body_too_large"
    case targetTooLong = "target_too_long"
    case unsupportedMediaType = "unsupported_media_type"
    case expectationFailed = "expectation_failed"
    case misdirected
    case invalidConfiguration = "invalid_configuration"
    case headersTooLarge = "headers_too_large"
    case `internal`
    case notImplemented = "not_implemented"
    case busy
    case unavailable
    case versionNotSupported = "version_not_supported"

    /// The HTTP status that an answer with this code has (RFC 9110 section 15.5 and 15.6, for 431 RFC 6585).
    package var status: Int {
        switch self {
        case .badRequest: 400
        case .notPermitted: 403
        case .notFound, .unknownProcessor: 404
        case .methodNotAllowed: 405
        case .notAcceptable: 406
        case .timeout: 408
        case .conflict, .refused, .ambiguousID, .countsDeliveries, .outstanding, .parked: 409
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unsupportedMediaType: 415
        case .expectationFailed: 417
        case .misdirected: 421
        case .invalidConfiguration: 422
        case .headersTooLarge: 431
        case .internal: 500
        case .notImplemented: 501
        case .busy, .unavailable: 503
        case .versionNotSupported: 505
        }
    }

    /// What it means, in a sentence for the manual.
    package var meaning: String {
        switch self {
        case .badRequest: "The request cannot be understood: a name or value that is not known, a body that is not strict JSON, or no HTTP."
        case .notPermitted: "The peer's level is too low."
        case .notFound: "Nothing is there: no such path, or no dead letter with this id."
        case .unknownProcessor: "No processor has this name."
        case .methodNotAllowed: "The path takes other methods, which the Allow header names."
        case .notAcceptable: "The Accept header excludes the media type of the answer."
        case .timeout: "The request did not come within its time."
        case .conflict: "The present state does not allow it, such as another order for the same queue under way."
        case .refused: "It would lose messages, or the new configuration cannot be applied to the running service."
        case .ambiguousID: "Two dead letters fit the id; the message names them."
        case .countsDeliveries: "RabbitMQ counts a look as a delivery of each message, or may count it, and nobody has consented."
        case .outstanding: "Something of the resynchronisation is not settled yet."
        case .parked: "Messages were parked during the resynchronisation."
        case .bodyTooLarge: "The body, or what would have to be shown for it, is larger than the bound."
        case .targetTooLong: "The request line is longer than the bound."
        case .unsupportedMediaType: "The Content-Type header names something other than application/json."
        case .expectationFailed: "The Expect header asks for something other than 100-continue."
        case .misdirected: "The Host header names a host that this listener does not serve."
        case .invalidConfiguration: "The configuration has mistakes, all of which the message names; nothing was changed."
        case .headersTooLarge: "The headers are larger than the bound."
        case .internal: "A mistake in Warren."
        case .notImplemented: "A method or a transfer coding that Warren does not know."
        case .busy: "Too many requests at once; the same one may work a moment later."
        case .unavailable: "RabbitMQ or ArangoDB cannot be used for it now."
        case .versionNotSupported: "A major version of HTTP other than 1."
        }
    }
}
