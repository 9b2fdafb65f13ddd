public import Messages
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

/// The requests of a sweep as they would leave, made by the code that sends them.
public struct SweepPreview: Sendable, Equatable {
    /// Path and query of the look at the document's edges, a `GET`.
    public let look: String
    /// The HTTP method that removes or marks obsolete edges.
    public let method: String
    /// Path and query of that.
    public let path: String
    /// Its body for one such edge, whose key and revision come from the look.
    public let body: [UInt8]

    /// The requests for a sweep.
    public init(_ plan: SweepPlan, settings: ArangoDBSettings) {
        look = DocumentRequest.edges(of: plan, database: settings.database, answerLimit: 0).path
        let request = DocumentRequest.sweep(plan, database: settings.database, waitForSync: settings.waitForSync, count: 1)
        (method, path) = (request.method.rawValue, request.path)
        var body = SweepBody()
        body.add(key: Array(#""…""#.utf8)[...], revision: Array(#""…""#.utf8)[...], mark: plan.mark)
        self.body = body.bytes
    }
}

extension DocumentRequest {
    /// The request for a batch, without its body.
    static func write(_ batch: WriteBatch, settings: ArangoDBSettings) -> Request {
        write(batch.target, database: settings.database, waitForSync: settings.waitForSync, count: batch.writes.count)
    }
}
