/// What became of a pause, resume or drain.
public struct ProcessorChange: Codable, Sendable, Equatable {
    /// The processor.
    public var name: String
    /// Its state now. A drain goes on after the reply: the processor is `draining` until it holds nothing, then `paused`.
    public var state: ProcessorStatus.State
    /// False: it was like that already.
    public var changed: Bool
    /// Deliveries it still holds.
    public var held: Int

    /// A change by its parts.
    public init(name: String, state: ProcessorStatus.State, changed: Bool, held: Int) {
        self.name = name
        self.state = state
        self.changed = changed
        self.held = held
    }
}
