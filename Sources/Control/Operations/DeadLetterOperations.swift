/// Looking at dead letters, and sending them home. Each closure takes a processor's name and throws
/// ``ControlError/unknownProcessor(_:known:)``.
public struct DeadLetterOperations: Sendable {
    /// Most messages that one listing looks at.
    public static let listBound = 10_000
    /// How many it looks at unless told otherwise.
    public static let listDefault = 1_000

    /// Lists at most so many.
    public var list: @Sendable (_ name: String, _ limit: Int) async throws(ControlError) -> DeadLetterListing
    /// Shows the one at a place, from 1; redacted: without what its sender wrote.
    public var show: @Sendable (_ name: String, _ number: Int, _ isRedacted: Bool) async throws(ControlError) -> DeadLetterDetail
    /// Publishes dead letters to their queue again, and takes them out of the dead-letter queue.
    public var replay: @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport
    /// Takes dead letters out of the dead-letter queue, for good.
    public var drop: @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport

    /// Operations by their closures.
    public init(
        list: @escaping @Sendable (_ name: String, _ limit: Int) async throws(ControlError) -> DeadLetterListing,
        show: @escaping @Sendable (_ name: String, _ number: Int, _ isRedacted: Bool) async throws(ControlError) -> DeadLetterDetail,
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
            Route(.get, "/v1/dead-letters/{processor}", .observe) { [list, show] request throws(ControlError) in
                guard request.query["number"] == nil else {
                    let number = try request.integer("number", in: 1...Self.listBound, or: 1)
                    return try .json(await show(request["processor"], number, request.query["redact"] == "true"))
                }
                return try .json(
                    await list(request["processor"], try request.integer("limit", in: 1...Self.listBound, or: Self.listDefault)))
            },
            Route(.post, "/v1/dead-letters/{processor}/replay", .operate) { [replay] request throws(ControlError) in
                try .json(await replay(request["processor"], try Self.order(request)))
            },
            Route(.post, "/v1/dead-letters/{processor}/drop", .administer) { [drop] request throws(ControlError) in
                try .json(await drop(request["processor"], try Self.order(request)))
            },
        ]
    }

    /// No body is the same as an empty object.
    private static func order(_ request: ControlRequest) throws(ControlError) -> DeadLetterOrder {
        let order = request.body.isEmpty ? DeadLetterOrder() : try request.json(DeadLetterOrder.self)
        for (name, number) in [("limit", order.limit), ("number", order.number)] {
            if let number, number < 1 { throw .badRequest("\(name) must be 1 or more") }
        }
        return order
    }
}
