internal import Messages

/// What is due for a held write: its document first, then what its relations ask for, then the onward message about it.
///
/// Where the write waits for it is its ``WriteStage``.
enum WriteStep: Equatable {
    /// The document is to be written.
    case document
    /// The document was stale. Whether what follows it is still due is to be read: the process may have ended between the two.
    case standing
    /// The edges from here on are to be written.
    case edges(EdgeCursor)
    /// All edges are written. Whether a newer message has had its say about them meanwhile is to be read: elsewhere, where our lanes are
    /// not known.
    case review
    /// Edges that the message does not name must be removed: by the number of the sweep, up to this version.
    case sweep(Int, below: UInt64?)
    /// All is written. The onward message is to be published.
    case emit
}

extension WriteStep {
    /// It only reads the document.
    var asks: Bool { self == .standing || self == .review }
    var isSweep: Bool { if case .sweep = self { true } else { false } }
    /// Where a write is while this is due and nothing has left for it.
    var waitingStage: WriteStage {
        switch self {
        case .document, .edges, .sweep: .ready
        case .standing, .review: .readingBack
        case .emit: .publishing(isSent: false)
        }
    }
}

extension Lanes.Entry {
    /// Where its present step goes.
    var target: WriteTarget { step.target(of: write) }
}

extension WriteStep {
    /// Where it goes for this write.
    func target(of write: PlannedWrite) -> WriteTarget {
        switch self {
        case .document, .standing, .review, .emit: write.target
        case .edges(let cursor): write.relations?.target(at: cursor) ?? write.target
        case .sweep(let index, _): write.relations?.sweeps[index].target ?? write.target
        }
    }
}

extension Lanes {
    /// What the present step of a write adds to a request, at most.
    mutating func load(_ slot: Slot) -> RequestQueue.Load {
        guard case .edges = step(of: slot), let relations = self[slot].write.relations else {
            return RequestQueue.Load(documents: 1, bytes: outgoingBytes(slot))
        }
        return RequestQueue.Load(documents: relations.count, bytes: relations.byteCount)
    }
}
