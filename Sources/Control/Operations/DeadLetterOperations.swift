/// Looking at dead letters, and sending them home. Each closure takes a processor's name and throws
/// ``ControlError/unknownProcessor(_:known:)``.
public struct DeadLetterOperations: Sendable {
    /// Most messages that one listing looks at.
    public static let listBound = 10_000
    /// How many it looks at unless told otherwise.
    public static let listDefault = 1_000

    /// Lists at most so many. Throws ``ControlError/countsDeliveries(_:)`` where a look counts and the caller has not consented.
    public typealias List = @Sendable (_ name: String, _ limit: Int, _ mayCount: Bool) async throws(ControlError) -> DeadLetterListing
    /// Shows the one with an id; redacted: without what its sender wrote. Throws as ``List`` does.
    public typealias Show =
        @Sendable (_ name: String, _ id: String, _ isRedacted: Bool, _ mayCount: Bool) async throws(ControlError) -> DeadLetterDetail

    /// Looks at many.
    public var list: List
    /// Looks at one.
    public var show: Show
    /// Publishes dead letters to their queue again, and takes them out of the dead-letter queue.
    public var replay: @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport
    /// Takes dead letters out of the dead-letter queue, for good.
    public var drop: @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport

    /// Operations by their closures.
    public init(
        list: @escaping List, show: @escaping Show,
        replay: @escaping @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport,
        drop: @escaping @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport
    ) {
        self.list = list
        self.show = show
        self.replay = replay
        self.drop = drop
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/dead-letters/{processor}", .observe, needs: Self.level) { [list, show] request throws(ControlError) in
                try request.refuseUnknownQuery(besides: ["limit", "id", "redact", "consent"])
                let mayCount = try Self.mayCount(request)
                guard let id = request.query["id"] else {
                    let limit = try request.integer("limit", in: 1...Self.listBound, or: Self.listDefault)
                    return try .json(await list(request["processor"], limit, mayCount))
                }
                return try .json(await show(request["processor"], id, request.query["redact"] == "true", mayCount))
            },
            Route(.post, "/v1/dead-letters/{processor}/replay", .operate) { [replay] request throws(ControlError) in
                try .json(await replay(request["processor"], try Self.order(request)))
            },
            Route(.post, "/v1/dead-letters/{processor}/drop", .administer) { [drop] request throws(ControlError) in
                try .json(await drop(request["processor"], try Self.order(request)))
            },
        ]
    }

    /// What a look may cost is for those who may operate.
    private static func level(_ query: [String: String]) -> AccessLevel { query["consent"] == nil ? .observe : .operate }

    private static func mayCount(_ request: ControlRequest) throws(ControlError) -> Bool {
        guard let consent = request.query["consent"] else { return false }
        guard consent == "deliveries" else { throw .badRequest("the only consent there is to give is consent=deliveries") }
        return true
    }

    private static func order(_ request: ControlRequest) throws(ControlError) -> DeadLetterOrder {
        try request.refuseUnknownNames(besides: DeadLetterOrder.names)
        let order = request.body.isEmpty ? DeadLetterOrder() : try request.json(DeadLetterOrder.self)
        if let objection = order.objection { throw .badRequest(objection) }
        return order
    }
}

extension ControlError {
    /// A look would count as a delivery of each message, to which nobody has consented.
    public static func countsDeliveries(_ message: String) -> ControlError { .init(.countsDeliveries, message) }
}
