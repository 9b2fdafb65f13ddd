/// `POST /v1/explain`: a message, as it might come.
public struct ExplainRequest: Codable, Sendable, Equatable {
    /// The processor that would get it.
    public var processor: String
    /// Its body, in Base64.
    public var body: String
    /// Its `content-encoding` property.
    public var contentEncoding: String?
    /// Its `timestamp` property, in whole seconds since 1970.
    public var timestamp: UInt64?

    /// A request by its parts.
    public init(processor: String, body: String, contentEncoding: String? = nil, timestamp: UInt64? = nil) {
        self.processor = processor
        self.body = body
        self.contentEncoding = contentEncoding
        self.timestamp = timestamp
    }
}
