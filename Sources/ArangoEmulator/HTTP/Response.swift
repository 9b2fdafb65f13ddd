/// One HTTP answer without what every answer has (``standardHeaders``).
struct Response: Sendable {
    var status: Int
    /// `etag`, `location` and the like; names in lower case.
    var headers: [(name: String, value: String)] = []
    var contentType = "application/json"
    var body: [UInt8]
    /// It comes from another server with all its headers: only those about this connection and the length are ours.
    var isForwarded = false

    /// A JSON answer.
    init(status: Int, headers: [(name: String, value: String)] = [], json: JSONValue) {
        self.init(status: status, headers: headers, body: json.bytes)
    }

    /// An answer whose body is JSON text already.
    init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A success without a body (ArangoDB.md section 1).
    static func empty(status: Int, headers: [(name: String, value: String)] = []) -> Response {
        var response = Response(status: status, headers: headers, body: [])
        response.contentType = "text/plain"
        return response
    }

    /// Headers that all recorded answers have (ArangoDB.md section 1).
    static let standardHeaders: [(name: String, value: String)] = [
        ("server", "ArangoDB"),
        ("x-arango-queue-time-seconds", "0.000000"),
        ("cache-control", "no-cache, no-store, must-revalidate, pre-check=0, post-check=0, max-age=0, s-maxage=0"),
        ("pragma", "no-cache"),
        ("expires", "0"),
        ("content-security-policy", "frame-ancestors 'self'; form-action 'self';"),
        ("strict-transport-security", "max-age=31536000 ; includeSubDomains"),
        ("x-content-type-options", "nosniff"),
    ]

    /// All headers as they go out; a HEAD answer tells the length of the body it leaves out.
    func allHeaders(keepAlive: Bool) -> [(name: String, value: String)] {
        var all = isForwarded ? headers : Self.standardHeaders + headers
        all.append(("connection", keepAlive ? "Keep-Alive" : "Close"))
        if !isForwarded { all.append(("content-type", contentType)) }
        // Of an answer to HEAD or 304 the server has told the length that a body would have.
        if !all.contains(where: { $0.name == "content-length" }) { all.append(("content-length", String(body.count))) }
        return all
    }
}
