internal import Formats

/// A request without its body and its coordinator: what is pure about it.
struct Request: Equatable {
    enum Method: String { case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE" }

    let method: Method
    /// Path and query, percent-encoded.
    let path: String
    /// True if it changes nothing at the database, so that one without an answer was not done in any sense that matters.
    let isReadOnly: Bool
    /// Bytes of an answer's body that are accepted: a bound on memory, whatever the peer sends.
    let answerLimit: Int

    init(_ method: Method, _ path: String, isReadOnly: Bool, answerLimit: Int = 16 << 20) {
        self.method = method
        self.path = path
        self.isReadOnly = isReadOnly
        self.answerLimit = answerLimit
    }

    /// A call in a database (ArangoDB.md section 1).
    init(_ method: Method, database: String, _ path: String, answerLimit: Int = 16 << 20) {
        self.init(method, "/_db/\(database.percentEncoded)\(path)", isReadOnly: method == .get, answerLimit: answerLimit)
    }
}
