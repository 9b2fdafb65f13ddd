extension ServerState {
    /// Authenticates the request, then answers it.
    mutating func route(_ request: Request) throws(ArangoError) -> Response {
        if request.segments.first == "_emulator" { return try answerEmulator(request) }
        caller = .server
        guard !Self.isOpen(request) else {
            // Nobody learns here which databases there are (`CommTask::prepareExecution` [S]).
            guard databases[request.database] != nil || !access.isOn else { throw .notAuthorized }
            return try dispatch(request)
        }
        caller = try access.caller(of: request, now: clock.now)
        try authorize(request, by: caller)
        return try dispatch(request)
    }

    /// Finds who answers.
    mutating func dispatch(_ request: Request) throws(ArangoError) -> Response {
        guard databases[request.database] != nil else { throw .databaseNotFound }
        switch (request.segments.first, request.segments.dropFirst().first) {
        case ("_api", "document"): return try answerDocument(request)
        case ("_api", "import"): return try answerImport(request)
        case ("_api", "cursor"): return try answerCursor(request)
        case ("_api", "explain"): return try answerExplain(request)
        case ("_api", "job"): return try answerJobs(request)
        case ("_api", "cluster"): return try answerCluster(request)
        case ("_api", "edges"): return try answerEdges(request)
        case ("_api", "gharial"): return try answerGharial(request)
        case ("_api", "collection"): return try answerCollection(request)
        case ("_api", "index"): return try answerIndex(request)
        case ("_api", "database"): return try answerDatabase(request)
        case ("_api", "token"): return try answerToken(request)
        case ("_api", "user"): return try answerUser(request)
        case ("_open", "auth"): return try answerLogin(request)
        case ("_api", "version"), ("_admin", "version"), ("_api", "engine"), ("_admin", "status"), ("_admin", "server"), ("_admin", "time"),
            ("_api", "tasks"), ("_api", "key-generators"), ("_admin", "license"):
            return try answerServer(request)
        default: throw .unknownPath(request.path)
        }
    }

    /// What needs no authentication (ArangoDB.md sections 9 and 10).
    private static func isOpen(_ request: Request) -> Bool {
        request.segments.first == "_open" || request.path == "/_admin/server/availability"
    }
}
