internal import Mapping
public import Pipeline
public import Settings

/// A write request as it would leave, made by the code that sends it.
public struct WritePreview: Sendable, Equatable {
    /// The HTTP method.
    public let method: String
    /// Path and query, percent-encoded.
    public let path: String
    /// The body: JSON text.
    public let body: [UInt8]

    /// The request for a batch.
    public init(_ batch: WriteBatch, settings: ArangoDBSettings) {
        let request = DocumentRequest.write(batch, settings: settings)
        method = request.method.rawValue
        path = request.path
        var body: [UInt8] = []
        DocumentRequest.writeBody(of: batch, into: &body)
        self.body = body
    }
}

extension DocumentRequest {
    /// The request for a batch, without its body.
    static func write(_ batch: WriteBatch, settings: ArangoDBSettings) -> Request {
        write(batch.target, database: settings.database, waitForSync: settings.waitForSync, count: batch.writes.count)
    }
}
