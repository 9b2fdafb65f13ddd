/// A request as tests look at it afterwards.
public struct ReceivedRequest: Sendable {
    /// Upper case.
    public let method: String
    /// Path and query as they came.
    public let target: String
    /// Names in lower case.
    public let headers: [String: String]
    /// Length of the body.
    public let bodyBytes: Int
    /// When it came, in milliseconds since 1970.
    public let milliseconds: UInt64
}

/// Counts since the start of an emulator, or of a proxy in front of a server.
public struct RequestCounters: Sendable, Equatable {
    /// All requests but orders (`/_emulator`), those that faults befell included.
    public internal(set) var requests = 0
    /// Documents written, removed or (``ArangoEmulator/Configuration/isNull``) accepted. A proxy reads it in the answers to `/_api/document`.
    public internal(set) var documentsWritten = 0
    /// Writes that changed nothing: stale by version, empty, or ignored.
    public internal(set) var documentsUnchanged = 0
    /// Documents that a TTL index ended. A proxy does not know.
    public internal(set) var documentsExpired = 0
    /// Elements of arrays that were answered with an error.
    public internal(set) var elementErrors = 0
    /// Connections accepted.
    public internal(set) var connections = 0
}

/// Counters, and the last requests.
struct RequestLog: Sendable {
    /// Requests that are remembered.
    static let capacity = 256

    var counters = RequestCounters()
    private var ring: [ReceivedRequest] = []

    /// The last requests, the oldest first.
    var recent: [ReceivedRequest] {
        let oldest = ring.count < Self.capacity ? 0 : counters.requests % Self.capacity
        return Array(ring[oldest...] + ring[..<oldest])
    }

    mutating func note(_ request: Request, at milliseconds: UInt64) {
        let received = ReceivedRequest(
            method: request.method, target: request.target,
            headers: Dictionary(request.headers.map { ($0.name, $0.value) }) { first, _ in first }, bodyBytes: request.body.count,
            milliseconds: milliseconds)
        if ring.count < Self.capacity {
            ring.append(received)
        } else {
            ring[counters.requests % Self.capacity] = received
        }
        counters.requests += 1
    }
}
