/// Where the edges of a message continue: an element of one of its arrays.
public struct EdgeCursor: Sendable, Equatable {
    /// Which of the processor's `[[processor.edges]]`.
    package let list: Int
    /// The element's first byte in the text.
    package let place: Int

    /// The element that begins there.
    package init(list: Int, place: Int) {
        self.list = list
        self.place = place
    }
}

/// Edges that leave together.
public struct EdgeChunk: Sendable {
    /// At least one, all with the same target.
    public let writes: [PlannedWrite]
    /// Where to continue; `nil` if those were the last.
    public let next: EdgeCursor?

    /// A chunk by its parts.
    package init(writes: [PlannedWrite], next: EdgeCursor?) {
        self.writes = writes
        self.next = next
    }
}

/// The edges that a message asks for, once its document is written. Mapping reads them from the message's text.
public protocol PlannedEdges: AnyObject, Sendable {
    /// How many edges they are.
    var count: Int { get }
    /// Bytes that the edges' documents take, about.
    var byteCount: Int { get }
    /// The first edge; `nil` if the message names none.
    var first: EdgeCursor? { get }
    /// Attribute of the document that holds the version of the message that its edges are of; nil without versions.
    var marker: String? { get }
    /// What follows the last edge, one after the other.
    var sweeps: [SweepPlan] { get }

    /// Where the edges from `cursor` on go.
    func target(at cursor: EdgeCursor) -> WriteTarget
    /// The edges from `cursor` on, at least one and then as many as both bounds allow. `owner` is the write of the message's document.
    func chunk(of owner: PlannedWrite, from cursor: EdgeCursor, documents: Int, bytes bound: Int) -> EdgeChunk
    /// The keys of the edges that a sweep must leave alone because the message names them.
    func keys(keptBy sweep: SweepPlan) -> Set<String>
}
