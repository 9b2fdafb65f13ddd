/// One HTTP request, taken apart: its database is no longer in the path.
struct Request: Sendable {
    /// Upper case.
    var method: String
    /// Path and query as they came.
    var target: String
    /// From `/_db/<name>/`, percent-decoded; `_system` without it (ArangoDB.md section 1).
    var database: String
    /// The path behind the database, as it came.
    var path: String
    /// Its segments, percent-decoded.
    var segments: [String]
    /// Percent-decoded names and values, in their order.
    var query: [(name: String, value: String)]
    /// Names in lower case.
    var headers: [(name: String, value: String)]
    var body: [UInt8]
    /// Which of a cluster's coordinators it came to, from 0.
    var coordinator = 0

    init(method: String, target: String, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var segments = (parts.first ?? "").split(separator: "/")
        if segments.first == "_db", segments.count > 1 {
            database = percentDecoded(segments[1], plusIsSpace: false)
            segments.removeFirst(2)
        } else {
            database = "_system"
        }
        path = "/" + segments.joined(separator: "/")
        self.segments = segments.map { percentDecoded($0, plusIsSpace: false) }
        query =
            parts.count < 2
            ? []
            : parts[1].split(separator: "&").map { pair in
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                return (
                    percentDecoded(sides[0], plusIsSpace: true),
                    sides.count > 1 ? percentDecoded(sides[1], plusIsSpace: true) : ""
                )
            }
    }

    /// The value of a query parameter; nil if it is not there.
    func parameter(_ name: String) -> String? {
        query.first { $0.name == name }?.value
    }

    /// A boolean query parameter.
    func flag(_ name: String, default absent: Bool = false) -> Bool {
        guard let value = parameter(name) else { return absent }
        return ["true", "yes", "on", "y", "1"].contains(value.lowercased())
    }

    /// The value of a header; `name` in lower case.
    func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The body as JSON.
    func json() throws(ArangoError) -> JSONValue {
        do {
            return try JSONParser.parse(body)
        } catch {
            throw .corruptedJSON(error.message)
        }
    }
}
