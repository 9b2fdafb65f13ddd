/// How far a write has come with what follows its document: its edges, and the message that tells of it.
struct Progress {
    /// What is to be done next.
    var step = WriteStep.document
    /// The document was stale; only what follows it was due.
    var isStale = false
    /// Something newer is stored. Not known of a stale document until it was read: what is stored may be this message's own, written by a
    /// process that ended before it could say so.
    var isOvertaken = false
    /// Edges that may leave together, fewer after a request with them was rejected; nil: as many as a request carries.
    var chunkBound: Int?
    /// The document's revision, where an onward message tells it.
    var revision: String?
}

/// A value that is kept elsewhere, replaced as a whole: whoever has most often none of it is quickly copied.
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
