internal import Messages

/// What is due for a held write: its document first, then what its relations ask for, then the onward message about it.
///
/// Where the write waits for it is its ``WriteStage``.
enum WriteStep: Equatable {
    /// The document must be written.
    case document
    /// The document was stale. A read must show whether what follows it is still due: the process may have ended between the two.
    case standing
    /// The edges from here on must be written.
    case edges(EdgeCursor)
    /// All edges are written. A read must show whether a newer message has changed them meanwhile: in another instance, which does not know our
    /// lanes.
    case review
    /// Edges that the message does not name must be removed: by the number of the sweep, up to this version.
    case sweep(Int, below: UInt64?)
    /// Everything is written. The onward message must be published.
    case emit
}

extension WriteStep {
    /// It only reads the document.
    var asks: Bool { self == .standing || self == .review }
    var isSweep: Bool { if case .sweep = self { true } else { false } }
    /// The stage of a write while this is due and no request has been sent for it.
    var waitingStage: WriteStage {
        switch self {
        case .document, .edges, .sweep: .ready
        case .standing, .review: .readingBack
        case .emit: .publishing(isSent: false)
        }
    }
}

extension Lanes.Entry {
    /// The target of its current step.
    var target: WriteTarget { step.target(of: write) }
}

extension WriteStep {
    /// Its target for this write.
    func target(of write: PlannedWrite) -> WriteTarget {
        switch self {
        case .document, .standing, .review, .emit: write.target
        case .edges(let cursor): write.relations?.target(at: cursor) ?? write.target
        case .sweep(let index, _): write.relations?.sweeps[index].target ?? write.target
        }
    }
}

extension Lanes {
    /// What the current step of a write adds to a request, at most.
    mutating func load(_ slot: Slot) -> RequestQueue.Load {
        guard case .edges = step(of: slot), let relations = self[slot].write.relations else {
            return RequestQueue.Load(documents: 1, bytes: outgoingBytes(slot))
        }
        return RequestQueue.Load(documents: relations.count, bytes: relations.byteCount)
    }
}
