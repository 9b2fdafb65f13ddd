/// What a caller may do (ArangoDB.md section 9). Document requests follow `TransactionState::checkCollectionPermission`, the others the
/// methods of `arangod/VocBase/Methods` [S]; the order of the checks is untried.
extension ServerState {
    /// Throws 401/11 for a database that is unknown or forbidden to the caller, 403/11 for what needs another grant, and 403/1004 for a write to
    /// what may be read only.
    func authorize(_ request: Request, by caller: Caller) throws(ArangoError) {
        if caller.isSuperuser, !isReadOnly { return }
        let mine = access.level(of: caller, database: request.database)
        guard mine > .none else {
            // Users may ask about themselves wherever they come in.
            guard databases[request.database] != nil, request.segments.starts(with: ["_api", "user"]), request.segments.count > 2 else {
                throw .notAuthorized
            }
            return
        }
        guard databases[request.database] != nil else { throw .databaseNotFound }
        if request.segments.first == "_admin" { return try authorizeAdministration(request, by: caller) }
        guard request.segments.first == "_api" else { return }
        switch request.segments.dropFirst().first {
        case "document", "import", "edges", "cursor", "explain": try authorizeDocuments(request, by: caller)
        case "gharial":
            if request.segments.count >= 5, request.method == "POST" || request.segments.count > 5 {
                try authorizeDocuments(request, by: caller)
            } else if request.method != "GET" {
                guard mine == .rw else { throw .forbidden("insufficient rights to change graphs") }
                try refuseInReadOnlyMode()
            }
        case "collection": try authorizeCollection(request, by: caller)
        case "index":
            guard let name = collectionName(of: request) else { return }
            let level = access.level(of: caller, database: request.database, collection: name)
            guard level > .none, request.method == "GET" || (mine == .rw && level == .rw) else { throw .forbidden("forbidden") }
            if request.method != "GET" { try refuseInReadOnlyMode() }
        default: return
        }
    }

    private func authorizeDocuments(_ request: Request, by caller: Caller) throws(ArangoError) {
        guard let name = collectionName(of: request) else { return }
        let level = access.level(of: caller, database: request.database, collection: name)
        let isWriting = request.writesDocuments
        let target = "\(name) [\(isWriting ? "write" : "read")]"
        guard level > .none else { throw .forbidden("forbidden: \(target)") }
        guard isWriting else { return }
        guard level == .rw else { throw .readOnly(target) }
        try refuseInReadOnlyMode()
    }

    private func authorizeCollection(_ request: Request, by caller: Caller) throws(ArangoError) {
        let mine = access.level(of: caller, database: request.database)
        guard request.segments.count > 2 else {
            guard request.method == "GET" || mine == .rw else { throw .forbidden("insufficient rights to create a collection") }
            if request.method != "GET" { try refuseInReadOnlyMode() }
            return
        }
        guard let name = collectionName(of: request) else { return }
        let level = access.level(of: caller, database: request.database, collection: name)
        guard level > .none else { throw .forbidden("No access to collection '\(name)'") }
        let action = request.segments.dropFirst(3).first
        switch (request.method, action) {
        case ("GET", _), ("PUT", "load"), ("PUT", "loadIndexesIntoMemory"), ("PUT", "compact"), ("PUT", "responsibleShard"): return
        case ("PUT", "truncate"): guard level == .rw else { throw .readOnly("\(name) [write]") }
        case ("PUT", "properties"), ("PUT", "recalculateCount"): guard level == .rw else { throw .forbidden("forbidden") }
        default: guard level == .rw, mine == .rw else { throw .forbidden("forbidden") }
        }
        try refuseInReadOnlyMode()
    }

    /// With `--server.harden` these are for administrators (the manual's list [D]); without it, only changes are.
    private func authorizeAdministration(_ request: Request, by caller: Caller) throws(ArangoError) {
        guard !access.isAdministrator(caller) else { return }
        let hardened = ["status", "metrics", "statistics", "statistics-description", "license", "usage-metrics", "system-report"]
        if configuration.isHardened, hardened.contains(request.segments.dropFirst().first ?? "") { throw .forbidden("forbidden") }
        guard request.method == "GET" else { throw .forbidden("forbidden") }
    }

    /// The server takes no writes, or its licence does not allow them: 403/1004 for all collections and all users [D].
    private func refuseInReadOnlyMode() throws(ArangoError) {
        if isReadOnly { throw .readOnly("server is in read-only mode") }
    }

    /// The name of the collection that a request is about, also if it says its id. `nil` if there is no such collection; the handler says so.
    private func collectionName(of request: Request) -> String? {
        guard let database = databases[request.database] else { return nil }
        var name = request.collectionName
        if name == nil, ["cursor", "explain"].contains(request.segments.dropFirst().first) {
            name = (try? JSONParser.parse(request.body))?.object?["bindVars"]?.object?["@collection"]?.string
        }
        guard let name, let index = try? database.index(of: name) else { return nil }
        return database.collections.values[index].name
    }
}

extension ArangoError {
    static func forbidden(_ message: String) -> ArangoError { ArangoError(status: 403, errorNum: 11, message: message) }
    static func readOnly(_ what: String) -> ArangoError { ArangoError(status: 403, errorNum: 1004, message: "read only: \(what)") }
    static let userNotFound = ArangoError(status: 404, errorNum: 1703, message: "user not found")
}
