/// A query that the emulator can answer.
protocol RunnableQuery {
    /// What it reads; `nil` if it reads nothing.
    var collection: String? { get }
    /// The rows for a database of a server of that version.
    func rows(in database: Database, version: String) throws(ArangoError) -> [JSONValue]
}

extension ArangoError {
    static func querySyntax(_ text: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1501, message: "AQL: the emulator does not understand '\(text)'")
    }
    static func missingBindParameter(_ name: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1551, message: "AQL: no value specified for declared bind parameter '\(name)'")
    }
    static func unknownBindParameter(_ name: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1552, message: "AQL: bind parameter '\(name)' was not declared in the query")
    }
    static func wrongBindParameter(_ name: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1553, message: "AQL: bind parameter '\(name)' has an invalid value or type")
    }
}
