/// `POST /v1/dead-letters/{processor}/replay` and `/drop`: which dead letters. One of `id`, `reason`, `limit` and `all` is needed.
package struct DeadLetterOrder: Codable, Sendable, Equatable {
    /// Only the one with this id, or whose id begins so.
    package var id: String?
    /// Only those with this `warren-reason`; with `limit`, at most that many of them.
    package var reason: String?
    /// At most this many, from the front of the queue.
    package var limit: Int?
    /// True: all of them.
    package var all: Bool?
    /// Only count them.
    package var dryRun: Bool?

    /// An order by its parts.
    package init(id: String? = nil, reason: String? = nil, limit: Int? = nil, all: Bool? = nil, dryRun: Bool? = nil) {
        self.id = id
        self.reason = reason
        self.limit = limit
        self.all = all
        self.dryRun = dryRun
    }

    /// Why it cannot be carried out; `nil` if it says what is meant.
    package var objection: String? {
        if let limit, limit < 1 { return "limit must be 1 or more" }
        return switch (id, reason ?? limit.map { "\($0)" }, all == true) {
        case (nil, nil, false): "say which dead letters are meant: id, reason, limit, or all"
        case (_?, nil, false), (nil, _?, false), (nil, nil, true): nil
        default: "say which dead letters are meant in one way: id, reason, limit, or all; only reason and limit go together"
        }
    }
}

extension DeadLetterOrder: RequestMessage {
    package static let schema = MessageSchema(
        "DeadLetterOrder", "Which dead letters are meant: by id, by reason, by limit, or all. Only reason and limit go together.",
        isRequest: true,
        rules: [
            .init(
                "oneOf",
                [
                    ["required": ["id"], "not": ["anyOf": [["required": ["reason"]], ["required": ["limit"]], allOfThem]]],
                    ["anyOf": [["required": ["reason"]], ["required": ["limit"]]], "not": ["anyOf": [["required": ["id"]], allOfThem]]],
                    [
                        "required": ["all"], "properties": ["all": ["const": true]],
                        "not": ["anyOf": [["required": ["id"]], ["required": ["reason"]], ["required": ["limit"]]]],
                    ],
                ])
        ],
        [
            .optional("id", .name, "Only the letter with this id, or whose id begins with this."),
            .optional("reason", .name, "Only letters with this warren-reason; with limit, at most that many of them."),
            .optional("limit", .integer(from: 1), "At most this many letters, from the front of the queue."),
            .optional("all", .boolean, "True means all letters. False has no effect."),
            .optional("dry_run", .boolean, "True only counts the letters."),
        ])

    private static let allOfThem: JSONValue = ["required": ["all"], "properties": ["all": ["const": true]]]

    package init(_ body: JSONValue) throws(ControlError) {
        self.init(
            id: body.text("id"), reason: body.text("reason"), limit: body.whole("limit"), all: body.flag("all"),
            dryRun: body.flag("dry_run"))
        if let objection { throw .badRequest("\(objection); nothing was done") }
    }
}
