/// What became of a pause, resume or drain.
package struct ProcessorChange: Codable, Sendable, Equatable {
    /// The processor.
    package var name: String
    /// Its state now. A drain continues after the reply: the processor is `draining` until it holds nothing, then `paused`.
    package var state: ProcessorStatus.State
    /// False if it was in that state already.
    package var changed: Bool
    /// Deliveries it still holds.
    package var held: Int
    /// Its pause now; `nil` if it is not paused.
    package var pause: PauseReport?

    /// A change by its parts.
    package init(name: String, state: ProcessorStatus.State, changed: Bool, held: Int, pause: PauseReport? = nil) {
        self.name = name
        self.state = state
        self.changed = changed
        self.held = held
        self.pause = pause
    }
}

extension ProcessorChange {
    package static let schema = MessageSchema(
        "ProcessorChange", "The result of a pause, resume or drain.",
        [
            .init("name", .text, "The processor."),
            .init(
                "state", .choice(ProcessorStatus.State.allCases.map(\.rawValue)),
                "Its state now. A drain continues after the answer: the processor is draining until it holds nothing, then paused."),
            .init("changed", .boolean, "False if the processor was in that state already."),
            .init("held", .integer(from: 0), "Deliveries that it still holds."),
            .optional("pause", .message(PauseReport.schema), "Its pause now; absent if it is not paused."),
        ])
}
