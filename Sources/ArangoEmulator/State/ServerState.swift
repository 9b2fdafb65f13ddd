/// Everything the emulated server knows. Requests in, reactions out: no socket, no clock, no task.
struct ServerState: Sendable {
    let configuration: Configuration
    var clock: Clock
    var databases: [String: Database] = [:]
    var access: Access
    /// Who sends the request that is being answered.
    var caller = Caller.anybody
    /// `PUT /_admin/server/mode`, or a licence that has run out.
    var isReadOnly: Bool { isReadOnlyMode || diskUsage == .readOnly }
    var isReadOnlyMode = false
    /// What the licence says about the data.
    var diskUsage = DiskUsage.good
    /// Where the coordinators of a cluster listen, such as `tcp://127.0.0.1:8529`.
    var endpoints: [String] = []
    /// Those that were told to go away, by number.
    var coordinatorsAway: Set<Int> = []
    /// By id.
    var cursors: [String: Cursor] = [:]
    /// When documents are looked through for those that have expired, in milliseconds since 1970.
    var nextExpiry: UInt64
    /// How much later than at once the request that is being answered is answered.
    var answerDelay = Duration.zero
    /// Keys that are being written.
    var locks = KeyLocks()
    var faults = FaultList()
    var log = RequestLog()

    /// - Parameter now: milliseconds since 1970.
    init(_ configuration: Configuration, now: UInt64) {
        self.configuration = configuration
        clock = Clock(now: now)
        access = Access(
            password: configuration.password, secret: configuration.tokenSecret, sessionLifetime: configuration.sessionLifetime)
        nextExpiry = now + UInt64(clamping: configuration.expiryInterval.milliseconds)
        databases["_system"] = Database(id: 1, name: "_system", clock: &clock)
    }

    /// Does what `request` asks for.
    /// - Parameter now: milliseconds since 1970.
    mutating func respond(to request: Request, now: UInt64) -> Reaction {
        clock.now = now
        answerDelay = .zero
        expireDocuments()
        if request.segments.first == "_emulator" { return Reaction(answer(request)) }
        log.note(request, at: now)
        guard !faults.isEmpty else { return Reaction(answer(request), after: answerDelay) }
        let treated = faults.treat(request)
        var response: Response?
        for request in treated.forwarded { response = answer(request) }
        return treated.reaction(to: response, after: answerDelay)
    }

    /// Does it without a look at faults, counters or credentials.
    mutating func perform(_ request: Request, now: UInt64) -> Response {
        clock.now = now
        expireDocuments()
        caller = .anybody
        do {
            return try dispatch(request)
        } catch {
            return error.response
        }
    }

    private mutating func answer(_ request: Request) -> Response {
        do {
            return try route(request)
        } catch {
            return error.response
        }
    }

    /// Works on the collection that the request's path or query names; throws 1228 or 1203.
    mutating func withCollection<Value>(
        _ name: String, of request: Request,
        _ body: (inout StoredCollection, inout Clock) throws(ArangoError) -> Value
    ) throws(ArangoError) -> Value {
        guard let index = databases.index(forKey: request.database) else { throw .databaseNotFound }
        let collection = try databases.values[index].index(of: name)
        return try body(&databases.values[index].collections.values[collection], &clock)
    }

    /// Works on the request's database; throws 1228.
    mutating func withDatabase<Value>(
        of request: Request, _ body: (inout Database, inout Clock) throws(ArangoError) -> Value
    ) throws(ArangoError) -> Value {
        guard let index = databases.index(forKey: request.database) else { throw .databaseNotFound }
        return try body(&databases.values[index], &clock)
    }
}

/// Where the Community Edition stands with its 100 GiB: two days after they were reached it takes no writes any more [D].
public enum DiskUsage: String, Sendable {
    /// Below the limit.
    case good
    /// Above it, for less than two days.
    case limitReached = "limit-reached"
    /// Above it for more than two days.
    case readOnly = "read-only"
}

/// What the connection does about a request.
enum Reaction: Sendable {
    case answer(Response, after: Duration)
    /// Close the connection without an answer.
    case drop
    /// Never answer, keep the connection open.
    case stall

    init(_ response: Response, after delay: Duration = .zero) { self = .answer(response, after: delay) }
}
