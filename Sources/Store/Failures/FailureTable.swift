internal import Messages

/// What each error means: ArangoDB.md section 12, errorNum first, HTTP status second. Nothing else knows error numbers.
enum FailureTable {
    /// One line of the table. The first row that fits decides.
    struct Row {
        let errorNums: Set<Int>
        /// The HTTP status it is bound to; `nil` for any, and any element (elements have none).
        var status: Int?
        /// A part of the message it is bound to, if nothing else distinguishes two cases.
        var text: String?
        let failure: FailureClass
        /// The class inside an array answer, where it differs.
        var inElement: FailureClass?

        init(_ errorNums: Set<Int>, status: Int? = nil, text: String? = nil, _ failure: FailureClass, inElement: FailureClass? = nil) {
            self.errorNums = errorNums
            self.status = status
            self.text = text
            self.failure = failure
            self.inElement = inElement
        }
    }

    static let rows: [Row] = [
        // Write-write conflict. We send no revision to be matched, so a failed precondition is strange rather than permanent: it counts attempts.
        Row([1200], status: 409, .conflict),
        Row([1200], status: 412, .transient),
        Row([1200], text: "_rev values do not match", .transient),
        Row([1200], .conflict),
        // Two upserts that both found no document meet in the primary index. In any other index the document's content is to blame.
        Row([1210], text: "in index primary", .conflict),
        Row([1210], .refused),
        Row([1601], .conflict),
        Row([1202], .missing),
        // Collection or database missing; wrong collection type; not logged in. Never the message's fault.
        Row([1203, 1228, 1237, 401], .configuration),
        // The collection is sharded by another attribute, or takes no keys of ours: no message of any kind passes.
        Row([1466, 4003, 1222], .configuration),
        // No rights, if the request fails as a whole. For one document alone it is odd: others are tried.
        Row([11], .configuration, inElement: .transient),
        // Bad parameter, bad request, wrong collection state, out of generated keys: content may lead to it, or what all have in common.
        Row([400, 10, 1218, 1225], .transient),
        // An illegal name is the collection's when the request fails as a whole: that one is in our settings.
        Row([1208], .configuration, inElement: .refused),
        Row([1654, 1655], .collection),
        // Body not JSON or with a duplicate attribute; key; not an object; edge; too large; schema; shard key; computed values.
        Row([600, 1221, 1226, 1205, 1227, 1233, 1216, 1620, 1469, 1593, 1594], .refused),
        // Read-only, by right or for all; write concern not met; a shard without a leader; replication refusals. What it concerns has to be found
        // out, and one collection is the least that it can be.
        Row([1004, 1429, 1478, 1465, 1491, 1495, 1496, 1489, 1490], .collection),
        // Queue full or slow; starting, stopping.
        Row([21003, 21004, 503, 30, 38], .outage),
        // The cluster gave up waiting, but a DB-Server may not have.
        Row([1457], .unknown, inElement: .collection),
        // Cancelled, or all shards lost their connection: some of it may have been done.
        Row([21, 4], .unknown, inElement: .transient),
        // Lock time-out, locked, deadlock, try again, busy.
        Row([18, 28, 29, 1302, 1303], .collection),
        // Memory, disk, I/O: every write meets it until an administrator makes room.
        Row([3, 1104, 1305], .outage),
        // Resource limit: a smaller batch may pass. Whether one document that does not is to blame, or what others use, must be found out. Corrupt
        // data are no message's fault either.
        Row([32, 1100], .transient),
    ]

    /// The class of an error inside an array answer. An unknown number counts attempts (Sources/README.md, "When a write fails").
    static func element(errorNum: Int?, message: String) -> FailureClass {
        guard let row = row(errorNum: errorNum, status: nil, message: message) else { return .transient }
        return row.inElement ?? row.failure
    }

    /// The class of an answer that is an error as a whole.
    static func request(errorNum: Int?, status: Int, message: String) -> FailureClass {
        // These are enough by themselves, whichever server answers.
        switch status {
        case 401: return .configuration
        case 403 where errorNum == 11: return .configuration
        case 429: return .outage
        case 503: return row(errorNum: errorNum, status: status, message: message)?.failure ?? .outage
        default: break
        }
        if let row = row(errorNum: errorNum, status: status, message: message) { return row.failure }
        return errorNum == nil ? foreign(status: status) : .transient
    }

    /// An answer without errorNum comes from something between us and ArangoDB, or from something that is no ArangoDB at all.
    private static func foreign(status: Int) -> FailureClass {
        switch status {
        case 408, 502: .outage
        case 504: .unknown
        // It may not like what is in a message (a filter, a bound on bodies), or any request at all: nobody knows before others are tried.
        default: .transient
        }
    }

    private static func row(errorNum: Int?, status: Int?, message: String) -> Row? {
        guard let errorNum, let candidates = rowsByNumber[errorNum] else { return nil }
        return candidates.first { row in
            (row.status == nil || row.status == status) && (row.text.map { message.contains($0) } ?? true)
        }
    }

    private static let rowsByNumber: [Int: [Row]] = rows.reduce(into: [:]) { index, row in
        for errorNum in row.errorNums { index[errorNum, default: []].append(row) }
    }
}
