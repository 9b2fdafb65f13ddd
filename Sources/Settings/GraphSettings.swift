/// `[graph]`
public struct GraphSettings: Sendable, Equatable {
    /// The named graph that `warren provision` makes of the processors' edge collections; nil: none.
    public var name: String?

    /// The defaults.
    public init() {}
}
