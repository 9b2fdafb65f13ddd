extension ResyncReport {
    /// States of a run, in the order in which it has them.
    package static let states = ["beginning", "running", "asking", "sweeping", "stopped", "done", "cancelled"]

    package static let schema = MessageSchema(
        "ResyncReport", "A full resynchronisation at one moment.",
        [
            .init("processor", .text, "The processor."),
            .init("collection", .text, "Its collection."),
            .init("scope", .list(.text), "What a document must hold to be in the scope; empty: the whole collection."),
            .init("missing", .choice(["mark", "remove"]), "What becomes of documents that are not seen."),
            .optional("run", .text, "The run's id; absent: there has been none."),
            .optional("state", .choice(states), "What the run is doing; absent: there has been none."),
            .optional("since", .time, "When the run began."),
            .optional("seen", .integer(from: 0), "Documents of the scope that it has seen so far; absent: not counted."),
            .optional("outstanding", .message(Outstanding.schema), "What is not settled; absent: not asked for."),
            .optional("counts", .message(Counts.schema), "What was counted; absent: the run was not to end yet."),
            .init("removed", .integer(from: 0), "Documents removed or marked."),
            .init("kept", .integer(from: 0), "Documents that changed while they were to go, and were left alone."),
            .optional("reason", .text, "Why it stopped."),
        ])
}

extension ResyncReport.Outstanding {
    package static let schema = MessageSchema(
        "ResyncOutstanding", "What of a run is not settled.",
        [
            .init("ready", .integer(from: 0), "Messages ready in the processor's queue."),
            .init("held", .integer(from: 0), "Deliveries that this instance holds."),
            .init("consumers", .integer(from: 0), "Consumers on the queue, this instance's included."),
        ])
}

extension ResyncReport.Counts {
    package static let schema = MessageSchema(
        "ResyncCounts", "What was counted when a run was to end.",
        [
            .init("scope", .integer(from: 0), "Documents that the run answers for."),
            .init("missing", .integer(from: 0), "Those that it has not seen."),
            .init("limit", .integer(from: 0), "How many may go without asking."),
            .init("samples", .list(.text), "Keys of some of those that are missing."),
        ])
}

extension ResyncSummary {
    package static let schema = MessageSchema(
        "ResyncSummary", "A resynchronisation that is on, in short.",
        [
            .init("run", .text, "Its id."),
            .init("state", .choice(ResyncReport.states), "What it is doing."),
            .init("since", .time, "When it began."),
        ])
}

extension ResyncOrder: RequestMessage {
    package static let schema = MessageSchema(
        "ResyncOrder", "How a run is to end; what is not said is no.", isRequest: true,
        [
            .optional("confirm", .boolean, "True: as many documents as were counted may go.", level: .administer),
            .optional(
                "force", .boolean, "True: messages that were parked during the run are no obstacle; their documents may count as missing.",
                level: .administer),
        ])

    package init(_ body: JSONValue) { self.init(confirm: body.flag("confirm"), force: body.flag("force")) }
}
