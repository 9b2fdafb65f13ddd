/// `[graph]`
public struct GraphSettings: Sendable, Equatable {
    /// The named graph that `warren provision` makes of the processors' edge collections; `nil` for none.
    @Exact public var name: String? = nil

    /// The defaults.
    public init() {}
}
