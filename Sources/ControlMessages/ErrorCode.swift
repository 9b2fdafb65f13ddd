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
    case notRecorded = "not_recorded"
    case notImplemented = "not_implemented"
    case busy
    case unavailable
    case versionNotSupported = "version_not_supported"

    /// The HTTP status that an answer with this code has (RFC 9110 section 15.5 and 15.6, for 431 RFC 6585, for 507 RFC 4918).
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
        case .notRecorded: 507
        }
    }

    /// What it means, in a sentence for the manual.
    package var meaning: String {
        switch self {
        case .badRequest:
            "Warren cannot understand the request: it has an unknown name or value, its body is not strict JSON, or it is not HTTP."
        case .notPermitted: "The peer's level is too low."
        case .notFound: "There is no such path, no dead letter with this id, or no processor that writes this collection."
        case .unknownProcessor: "No processor has this name."
        case .methodNotAllowed: "The path takes other methods, which the Allow header lists."
        case .notAcceptable: "The Accept header excludes the media type of the answer."
        case .timeout: "The request was not complete in time."
        case .conflict: "The present state does not allow it, for example because another request works on the same queue."
        case .refused: "It would lose messages, or the running service cannot apply the new configuration."
        case .ambiguousID: "The id fits two dead letters; the message names both."
        case .countsDeliveries: "RabbitMQ counts a look as a delivery of each message, or may count it, and the request does not consent."
        case .outstanding: "Not everything of the resynchronisation is settled yet."
        case .parked: "Messages were parked during the resynchronisation, or wait for a paused processor."
        case .bodyTooLarge: "The body, or what Warren would have to show for it, is larger than the limit."
        case .targetTooLong: "The request line is longer than the limit."
        case .unsupportedMediaType: "The Content-Type header is not application/json."
        case .expectationFailed: "The Expect header is not 100-continue."
        case .misdirected: "The Host header names a host that this listener does not serve."
        case .invalidConfiguration: "The configuration has mistakes, which the message lists; nothing was changed."
        case .headersTooLarge: "The headers are larger than the limit."
        case .internal: "A fault in Warren."
        case .notRecorded: "Warren cannot write the change into its state directory, so a restart would undo it; nothing was changed."
        case .notImplemented: "Warren does not know the method or the transfer coding."
        case .busy: "Too many requests at once; the same one may succeed a moment later."
        case .unavailable: "RabbitMQ or ArangoDB is unavailable."
        case .versionNotSupported: "The major version of HTTP is not 1."
        }
    }
}
