package import ControlMessages

/// Looking at dead letters, and sending them home. Each closure takes a processor's name and throws
/// ``ControlError/unknownProcessor(_:known:)``.
package struct DeadLetterOperations: Sendable {
    /// Most messages that one listing looks at.
    package static let listBound = 10_000
    /// How many it looks at unless told otherwise.
    package static let listDefault = 1_000

    /// Lists at most so many. Throws ``ControlError/countsDeliveries(_:)`` where a look counts and the caller has not consented.
    package typealias List = @Sendable (_ name: String, _ limit: Int, _ mayCount: Bool) async throws(ControlError) -> DeadLetterListing
    /// Shows the one with an id; redacted: without what its sender wrote. Throws as ``List`` does.
    package typealias Show =
        @Sendable (_ name: String, _ id: String, _ isRedacted: Bool, _ mayCount: Bool) async throws(ControlError) -> DeadLetterDetail

    /// Looks at many.
    package var list: List
    /// Looks at one.
    package var show: Show
    /// Publishes dead letters to their queue again, and takes them out of the dead-letter queue.
    package var replay: @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport
    /// Takes dead letters out of the dead-letter queue, for good.
    package var drop: @Sendable (_ name: String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport

    /// Operations by their closures.
    package init(
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
            Route(.get, "/v1/dead-letters/{processor}", .observe, Self.listDescription) { [list, show] request throws(ControlError) in
                let (mayCount, query) = (request.query["consent"] != nil, request.query)
                guard let id = query["id"] else {
                    guard query["redact"] == nil else { throw .badRequest("redact is about one dead letter, which id names") }
                    let limit = query["limit"].flatMap { Int($0) } ?? Self.listDefault
                    return try .json(await list(request["processor"], limit, mayCount))
                }
                guard query["limit"] == nil else {
                    throw .badRequest("limit is for a listing, and id names one dead letter: give one of them")
                }
                return try .json(await show(request["processor"], id, query["redact"] == "true", mayCount))
            },
            Route(
                .post, "/v1/dead-letters/{processor}/replay", .operate,
                Self.description(
                    "Publishes dead letters to the queue they came from, and takes them out of the dead-letter queue",
                    "`warren dead replay`.")
            ) { [replay] request throws(ControlError) in
                try .json(await replay(request["processor"], try request.message(DeadLetterOrder.self)))
            },
            Route(
                .post, "/v1/dead-letters/{processor}/drop", .administer,
                Self.description("Deletes dead letters", "There is no way back. `warren dead drop`.")
            ) { [drop] request throws(ControlError) in
                try .json(await drop(request["processor"], try request.message(DeadLetterOrder.self)))
            },
        ]
    }

    private static let processor = Parameter.path("processor", "The processor's name.")

    private static let listDescription = RouteDescription(
        "Dead letters, or one of them with its content",
        "Messages in the processor's dead-letter queue, with why they are there. Where RabbitMQ counts a look as a delivery of each message, or does "
            + "not tell, nothing is looked at without consent. `warren dead list`, `warren dead show`.",
        parameters: [
            processor,
            .query(
                "limit", .integer(from: 1, through: listBound), "Look at no more than so many, from the front.",
                fallback: .number("\(listDefault)")),
            .query("id", .name, "The one with this id, or whose id begins so, with its content; not together with limit."),
            .query("redact", .boolean, "With id: true leaves out what the sender wrote.", fallback: false),
            .query("consent", .choice(["deliveries"]), "The look may count as a delivery of each message.", level: .operate),
        ],
        replies: [
            .init(
                status: 200, content: .either(DeadLetterListing.schema, DeadLetterDetail.schema),
                meaning: "The listing; with id the one dead letter.")
        ],
        errors: [.notPermitted, .unknownProcessor, .notFound, .ambiguousID, .countsDeliveries, .conflict, .unavailable])

    private static func description(_ summary: String, _ details: String) -> RouteDescription {
        RouteDescription(
            summary, details + " The body says which, in one way; one that does not is refused.", parameters: [processor],
            body: .required(DeadLetterOrder.schema), replies: [.json(DeadLetterReport.schema, "What became of it.")],
            errors: [.unknownProcessor, .notFound, .ambiguousID, .conflict, .unavailable])
    }
}
