package import ControlMessages

/// Looking at dead letters, and sending them home. Each takes a processor's name and throws ``ControlError/unknownProcessor(_:known:)``.
package protocol DeadLetterVerbs: Sendable {
    /// Lists at most `limit` letters. Throws ``ControlError/countsDeliveries(_:)`` where a look counts and the caller has not consented.
    func list(_ name: String, limit: Int, mayCount: Bool) async throws(ControlError) -> DeadLetterListing
    /// Shows the one with an id; redacted: without what its sender wrote. Throws as ``list(_:limit:mayCount:)`` does.
    func show(_ name: String, id: String, isRedacted: Bool, mayCount: Bool) async throws(ControlError) -> DeadLetterDetail
    /// Publishes dead letters to their queue again, and takes them out of the dead-letter queue.
    func replay(_ name: String, _ order: DeadLetterOrder) async throws(ControlError) -> DeadLetterReport
    /// Takes dead letters out of the dead-letter queue, for good.
    func drop(_ name: String, _ order: DeadLetterOrder) async throws(ControlError) -> DeadLetterReport
}

extension Route {
    static let deadLetterRoutes = [
        Route(.get, "/v1/dead-letters/{processor}", .observe, deadLetterLook) { service, request throws(ControlError) in
            let (mayCount, query) = (request.query["consent"] != nil, request.query)
            guard let id = query["id"] else {
                guard query["redact"] == nil else { throw .badRequest("redact needs id, because it is about one dead letter") }
                let limit = query["limit"].flatMap { Int($0) } ?? DeadLetterListing.standardLimit
                return try .json(await service.deadLetters.list(request["processor"], limit: limit, mayCount: mayCount))
            }
            guard query["limit"] == nil else {
                throw .badRequest("limit is for a listing, and id is for one dead letter: give only one of them")
            }
            let isRedacted = query["redact"] == "true"
            return try .json(await service.deadLetters.show(request["processor"], id: id, isRedacted: isRedacted, mayCount: mayCount))
        },
        Route(
            .post, "/v1/dead-letters/{processor}/replay", .operate,
            deadLetterChange(
                "Publishes dead letters to the queue they came from, and takes them out of the dead-letter queue", "`warren dead replay`.")
        ) { service, request throws(ControlError) in
            try .json(await service.deadLetters.replay(request["processor"], try request.message(DeadLetterOrder.self)))
        },
        Route(
            .post, "/v1/dead-letters/{processor}/drop", .administer,
            deadLetterChange("Deletes dead letters", "A drop cannot be undone. `warren dead drop`.")
        ) { service, request throws(ControlError) in
            try .json(await service.deadLetters.drop(request["processor"], try request.message(DeadLetterOrder.self)))
        },
    ]

    private static let deadLetterLook = RouteDescription(
        "Dead letters, or one of them with its content",
        "Messages in the processor's dead-letter queue, and why each is there. If RabbitMQ counts a look as a delivery of each message, or Warren "
            + "cannot find that out, it looks only with consent. `warren dead list`, `warren dead show`.",
        parameters: [
            processor,
            .query(
                "limit", .integer(from: 1, through: DeadLetterListing.mostLimit),
                "Look at this many letters at most, from the front of the queue.",
                fallback: .number("\(DeadLetterListing.standardLimit)")),
            .query("id", .name, "The letter with this id, or whose id begins with this, with its content. Not together with limit."),
            .query("redact", .boolean, "With id: true hides what the sender wrote.", fallback: false),
            .query("consent", .choice(["deliveries"]), "Consents to a look that may count as a delivery of each message.", level: .operate),
        ],
        replies: [
            .init(
                status: 200, content: .either(DeadLetterListing.schema, DeadLetterDetail.schema),
                meaning: "The listing, or with id the one dead letter.")
        ],
        errors: [.notPermitted, .unknownProcessor, .notFound, .ambiguousID, .countsDeliveries, .conflict, .unavailable])

    private static func deadLetterChange(_ summary: String, _ details: String) -> RouteDescription {
        RouteDescription(
            summary, details + " The body says which letters are meant; Warren refuses one that does not.", parameters: [processor],
            body: .required(DeadLetterOrder.schema),
            replies: [.json(DeadLetterReport.schema, "How many letters were meant, and what became of them.")],
            errors: [.unknownProcessor, .notFound, .ambiguousID, .conflict, .unavailable])
    }

    private static let processor = Parameter.path("processor", "The processor's name.")
}
