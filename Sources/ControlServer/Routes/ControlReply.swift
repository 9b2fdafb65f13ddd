package import ControlMessages

/// The answer to a request.
package struct ControlReply: Sendable, Equatable {
    /// The HTTP status.
    package var status: Int
    /// The media type of the body.
    package var contentType: String
    /// The body.
    package var body: [UInt8]
    /// Further headers, such as `Allow`.
    package var headers: [String: String] = [:]

    /// A reply by its parts.
    package init(status: Int = 200, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    /// A message as JSON, with a line break at its end, for terminals.
    package static func json(_ message: some Encodable, status: Int = 200) throws(ControlError) -> ControlReply {
        do {
            return ControlReply(
                status: status, contentType: "application/json", body: try ControlJSON.encode(message) + [UInt8(ascii: "\n")])
        } catch {
            throw .internal("Warren cannot write the answer as JSON: \(error)")
        }
    }

    /// Plain text.
    package static func text(_ text: String, contentType: String = "text/plain; charset=utf-8") -> ControlReply {
        ControlReply(contentType: contentType, body: Array(text.utf8))
    }

    /// The only form of errors.
    static func error(_ error: ControlError) -> ControlReply {
        // Two strings can always be encoded.
        let body = (try? ControlJSON.encode(ErrorReply(error))) ?? []
        return ControlReply(status: error.status, contentType: "application/json", body: body + [UInt8(ascii: "\n")])
    }
}
