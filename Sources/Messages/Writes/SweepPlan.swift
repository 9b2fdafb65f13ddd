public import Settings

/// Edges of a message's document that must be removed, or marked, once its own edges are written: those of one collection and direction with one
/// stamp.
public struct SweepPlan: Sendable, Equatable {
    /// Where edges like these are written.
    public let target: WriteTarget
    /// On which end of them the document is.
    public let direction: EdgeSettings.Direction
    /// The document's `_id`.
    @Exact public private(set) var vertex: String
    /// Value of ``EdgeSettings/stampAttribute``.
    public let stamp: String
    /// Members that mark an edge, joined by commas; `nil` if it is removed.
    public let mark: [UInt8]?

    /// A sweep by its parts.
    package init(target: WriteTarget, direction: EdgeSettings.Direction, vertex: String, stamp: String, mark: [UInt8]?) {
        self.target = target
        self.direction = direction
        self.vertex = vertex
        self.stamp = stamp
        self.mark = mark
    }
}
