/// What became of a pause, resume or drain.
package struct ProcessorChange: Codable, Sendable, Equatable {
    /// The processor.
    package var name: String
    /// Its state now. A drain goes on after the reply: the processor is `draining` until it holds nothing, then `paused`.
    package var state: ProcessorStatus.State
    /// False: it was like that already.
    package var changed: Bool
    /// Deliveries it still holds.
    package var held: Int

    /// A change by its parts.
    package init(name: String, state: ProcessorStatus.State, changed: Bool, held: Int) {
        self.name = name
        self.state = state
        self.changed = changed
        self.held = held
    }
}
