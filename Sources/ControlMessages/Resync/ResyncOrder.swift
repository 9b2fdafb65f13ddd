/// How a run is to end.
package struct ResyncOrder: Codable, Sendable, Equatable {
    /// As many documents as were counted may go.
    package var confirm: Bool?
    /// Messages that were parked during the run, or wait for other processors, are no obstacle: their documents may count as missing.
    package var force: Bool?

    /// An order; both answers are no by default.
    package init(confirm: Bool? = nil, force: Bool? = nil) {
        self.confirm = confirm
        self.force = force
    }
}

extension ResyncOrder: RequestMessage {
    package static let schema = MessageSchema(
        "ResyncOrder", "How a run shall end; an absent member means false.", isRequest: true,
        [
            .optional("confirm", .boolean, "True: Warren may mark or remove the documents, as many as were counted.", level: .administer),
            .optional(
                "force", .boolean, "True: end the run although messages were parked during it; their documents may count as missing.",
                level: .administer),
        ])

    package init(_ body: JSONValue) { self.init(confirm: body.flag("confirm"), force: body.flag("force")) }
}
