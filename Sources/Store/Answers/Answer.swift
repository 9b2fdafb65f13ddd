internal import Messages

/// What came back for a request.
struct Answer {
    /// HTTP status.
    let status: Int
    /// The body; empty if it was too large.
    let body: [UInt8]
    /// True if the body grew over the request's limit and was given up.
    var isTooLarge = false
    /// The server that answered, for messages.
    let endpoint: String

    /// Says that it is.
    var tooLarge: Fault {
        Fault(status: status, message: "the answer of \(endpoint) is larger than any that is expected, and was given up")
    }
}
