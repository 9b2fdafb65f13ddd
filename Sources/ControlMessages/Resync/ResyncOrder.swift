/// How a run is to end.
package struct ResyncOrder: Codable, Sendable, Equatable {
    /// As many documents as were counted may go.
    package var confirm: Bool?
    /// Messages that were parked during the run are no obstacle: their documents may count as missing.
    package var force: Bool?

    /// An order; nothing said is no.
    package init(confirm: Bool? = nil, force: Bool? = nil) {
        self.confirm = confirm
        self.force = force
    }
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
