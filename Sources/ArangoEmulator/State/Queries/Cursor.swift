/// Rows that have not been fetched yet. All were found when the query ran: a change since then does not show.
struct Cursor: Sendable {
    /// Which coordinator holds it; the others ask that one.
    let coordinator: Int
    /// Until then it is kept, in milliseconds since 1970.
    private(set) var end: UInt64
    /// How many rows the query found, if the client asked for that.
    let count: Int?
    private let lifetime: UInt64
    private let allowsRetry: Bool
    private let batchSize: Int
    private var rows: ArraySlice<JSONValue>
    /// The last batch, for a client that requests it again.
    private var last: [JSONValue] = []
    /// Number of the last batch, from 1.
    private(set) var batch = 0

    /// - Parameter lifetime: how long it is kept after each request, in milliseconds.
    init(rows: [JSONValue], body: JSONObject, lifetime: UInt64, coordinator: Int, now: UInt64) {
        self.rows = rows[...]
        self.lifetime = lifetime
        self.coordinator = coordinator
        end = now + lifetime
        batchSize = max(1, body["batchSize"]?.int ?? 1000)
        count = body["count"] == true ? rows.count : nil
        allowsRetry = body["options"]?.object?["allowRetry"] == true
    }

    var hasMore: Bool { !rows.isEmpty }

    /// One that may be asked again stays when all was fetched, until it is deleted [D].
    var isKept: Bool { hasMore || (allowsRetry && batch > 1) }

    /// Nobody can ask for the batch after the last row, unless retries are allowed.
    var nextBatch: Int? { allowsRetry && hasMore ? batch + 1 : nil }

    /// - Parameter number: the batch that is asked for; `nil` for the next one. Throws 400/400 for one that is gone.
    mutating func take(batch number: Int?, now: UInt64) throws(ArangoError) -> [JSONValue] {
        end = now + lifetime
        if let number, number != batch + 1 {
            guard allowsRetry, number == batch else { throw .badParameter("batch id not found") }
            return last
        }
        last = Array(rows.prefix(batchSize))
        rows = rows.dropFirst(batchSize)
        batch += 1
        return last
    }
}
