extension ServerState {
    /// Answers after a look at who asks.
    mutating func route(_ request: Request) throws(ArangoError) -> Response {
        if request.segments.first == "_emulator" { return try answerEmulator(request) }
        guard !Self.isOpen(request) else { return try dispatch(request) }
        let user = try access.check(request, now: clock.now)
        try authorize(request, by: user)
        return try dispatch(request, by: user)
    }

    /// Finds who answers.
    mutating func dispatch(_ request: Request, by user: String = Access.root) throws(ArangoError) -> Response {
        guard databases[request.database] != nil else { throw .databaseNotFound }
        switch (request.segments.first, request.segments.dropFirst().first) {
        case ("_api", "document"): return try answerDocument(request)
        case ("_api", "import"): return try answerImport(request)
        case ("_api", "cursor"): return try answerCursor(request)
        case ("_api", "edges"): return try answerEdges(request)
        case ("_api", "gharial"): return try answerGharial(request)
        case ("_api", "collection"): return try answerCollection(request)
        case ("_api", "index"): return try answerIndex(request)
        case ("_api", "database"): return try answerDatabase(request)
        case ("_api", "token"): return try answerToken(request)
        case ("_api", "user"): return try answerUser(request, by: user)
        case ("_open", "auth"): return try answerLogin(request)
        case ("_api", "version"), ("_api", "engine"), ("_admin", "status"), ("_admin", "license"), ("_admin", "server"),
            ("_admin", "time"):
            return try answerServer(request, by: user)
        default: throw .unknownPath(request.path)
        }
    }

    /// What needs no authentication (ArangoDB.md sections 9 and 10).
    private static func isOpen(_ request: Request) -> Bool {
        request.segments.first == "_open" || request.path == "/_admin/server/availability"
    }
}
