extension DeadLetterListing {
    package static let schema = MessageSchema(
        "DeadLetterListing", "What lies in a processor's dead-letter queue.",
        [
            .init("processor", .text, "The processor."),
            .init("queue", .text, "Its dead-letter queue."),
            .init("ready", .integer(from: 0), "Messages ready there when the look began."),
            .init("seen", .integer(from: 0), "Of those, so many were looked at, from the front."),
            .init("reasons", .list(.message(Group.schema)), "By reason, the most frequent first."),
            .init("letters", .list(.message(DeadLetterSummary.schema)), "One for each that was looked at, in the queue's order."),
            .init("warnings", .list(.text), "What to know before the next look."),
        ])
}

extension DeadLetterListing.Group {
    package static let schema = MessageSchema(
        "DeadLetterGroup", "How many dead letters there are for one reason.",
        [
            .init("reason", .text, "The warren-reason; unknown for what Warren did not park."),
            .init("count", .integer(from: 0), "How many of those looked at."),
            .optional("oldest", .text, "The earliest warren-failed-at of them; absent: none tells."),
            .optional("newest", .text, "The latest."),
        ])
}

extension DeadLetterSummary {
    package static let schema = MessageSchema(
        "DeadLetterSummary", "One dead letter without its content. Long texts are cut.",
        [
            .init("id", .text, "Its warren-letter, or a digest of it if it has none. The same at each look."),
            .init("reason", .text, "The warren-reason; unknown for what Warren did not park."),
            .optional("error", .text, "What and where, as warren-error tells."),
            .optional("failed_at", .text, "When it was parked, as warren-failed-at tells."),
            .optional("attempts", .integer(), "Times it was written before."),
            .init("replays", .integer(), "Times it was replayed before."),
            .optional("exchange", .text, "Where it was published first."),
            .optional("routing_key", .text, "What it was published with."),
            .optional("message_id", .text, "Its message-id property."),
            .init("body_bytes", .integer(from: 0), "Size of its body."),
        ])
}

extension DeadLetterDetail {
    package static let schema = MessageSchema(
        "DeadLetterDetail", "One dead letter with its properties, headers and body.",
        [
            .init("queue", .text, "The dead-letter queue."),
            .init("letter", .message(DeadLetterSummary.schema), "The same as in a listing."),
            .init("properties", .list(.message(Field.schema)), "The properties that the message has, headers apart."),
            .init("headers", .list(.message(Field.schema)), "In the message's order."),
            .init(
                "body_encoding", .choice(Encoding.allCases.map(\.rawValue)),
                "How the body is given: as it is, in Base64 because it is no UTF-8, or not at all."),
            .init("body", .text, "The body, or its beginning; empty if redacted."),
            .init("is_body_cut", .boolean, "True: only the first part of the body is here."),
        ])
}

extension DeadLetterDetail.Field {
    package static let schema = MessageSchema(
        "Field", "A property or a header.",
        [
            .init("name", .text, "Its name."),
            .init("value", .text, "Its value as text; tables and lists are named by their type, and what is redacted by its size."),
        ])
}

extension DeadLetterReport {
    package static let schema = MessageSchema(
        "DeadLetterReport", "What became of a replay or a drop.",
        [
            .init("processor", .text, "The processor."),
            .init("queue", .text, "The dead-letter queue."),
            .optional("destination", .text, "Where replayed messages went; absent for a drop."),
            .init("seen", .integer(from: 0), "Messages looked at."),
            .init("matched", .integer(from: 0), "Of those, the ones that the order was about."),
            .init("done", .integer(from: 0), "Of those, the ones that RabbitMQ is known to have taken out; 0 in a dry run."),
            .init(
                "in_doubt", .integer(from: 0),
                "Of those, the ones that RabbitMQ was told to take out and has not confirmed: they may be in the dead-letter queue still."),
            .init("dry_run", .boolean, "True: nothing was changed."),
            .optional("failure", .text, "Why it ended before all was done; absent: it did not. What was not done is where it was."),
            .init("warnings", .list(.text), "What to know."),
        ])
}

extension DeadLetterOrder: RequestMessage {
    package static let schema = MessageSchema(
        "DeadLetterOrder", "Which dead letters: by id, by reason, by limit, or all; only reason and limit go together.", isRequest: true,
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
            .optional("id", .name, "Only the one with this id, or whose id begins so."),
            .optional("reason", .name, "Only those with this warren-reason; with limit, at most so many of them."),
            .optional("limit", .integer(from: 1), "At most so many, from the front of the queue."),
            .optional("all", .boolean, "True: all of them. False says nothing."),
            .optional("dry_run", .boolean, "True: only count them."),
        ])

    private static let allOfThem: JSONValue = ["required": ["all"], "properties": ["all": ["const": true]]]

    package init(_ body: JSONValue) throws(ControlError) {
        self.init(
            id: body.text("id"), reason: body.text("reason"), limit: body.whole("limit"), all: body.flag("all"),
            dryRun: body.flag("dry_run"))
        if let objection { throw .badRequest("\(objection); nothing was done") }
    }
}
