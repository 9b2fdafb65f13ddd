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
