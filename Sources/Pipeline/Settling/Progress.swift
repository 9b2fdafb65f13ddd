/// How far a write has come with what follows its document: its edges, and the onward message about it.
struct Progress {
    /// What is to be done next.
    var step = WriteStep.document
    /// The document was stale; only what follows it was due.
    var isStale = false
    /// Something newer is stored. Not known of a stale document until it was read: what is stored may be this message's own, written by a process
    /// that ended before it could acknowledge it.
    var isOvertaken = false
    /// Edges that may leave together, fewer after a request with them was rejected; `nil` for as many as a request carries.
    var chunkBound: Int?
    /// The document's revision, if an onward message includes it.
    var revision: String?
}

/// A value on the heap, replaced as a whole, because most entries have none and are copied quickly.
final class Boxed<Value: Sendable>: Sendable {
    let value: Value

    init(_ value: Value) { self.value = value }
}

extension Lanes.Entry {
    /// How far it has come.
    var progress: Progress {
        get { boxedProgress?.value ?? Progress() }
        set { boxedProgress = Boxed(newValue) }
    }

    /// What is to be done next about it.
    var step: WriteStep { boxedProgress?.value.step ?? .document }
}
