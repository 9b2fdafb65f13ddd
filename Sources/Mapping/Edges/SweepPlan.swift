public import Settings

/// Edges of a message's document that are to go, or to be marked, once its own edges are written: those of one collection and direction with
/// one stamp.
public struct SweepPlan: Sendable, Equatable {
    /// Where edges like these are written.
    public let target: WriteTarget
    /// On which end of them the document is.
    public let direction: EdgeSettings.Direction
    /// The document's `_id`.
    @Exact public private(set) var vertex: String
    /// Value of ``EdgeSettings/stampAttribute``.
    public let stamp: String
    /// Members that mark an edge, joined by commas; nil: it is removed.
    public let mark: [UInt8]?
}

/// The same for all messages of a processor.
struct SweepTemplate: Sendable, Hashable {
    let target: WriteTarget
    let direction: EdgeSettings.Direction
    let stamp: String

    /// The sweeps of the processor `own`: a `sync` sweeps its own edges, an invalidation those of the others.
    static func all(of own: ProcessorSettings, among processors: [ProcessorSettings]) -> [SweepTemplate] {
        switch own.operation {
        case .update: return []
        case .sync: return plans(of: own, versioned: own.version != nil)
        case .invalidate:
            guard own.edgesOnInvalidate != .keep else { return [] }
            let others = processors.filter { $0.collection.isExactly(own.collection) && $0.operation != .invalidate }
            return others.flatMap { plans(of: $0, versioned: own.version != nil) }.withoutRepetitions
        }
    }

    /// A write without a version guards nothing, so it sweeps without looking at versions.
    private static func plans(of processor: ProcessorSettings, versioned: Bool) -> [SweepTemplate] {
        processor.edges.map { edges in
            let mode: WriteTarget.Mode = processor.operation == .sync ? .replace : .update
            let attribute = versioned ? processor.versionAttribute : nil
            return SweepTemplate(
                target: WriteTarget(collection: edges.collection, mode: mode, versionAttribute: attribute), direction: edges.direction,
                stamp: processor.stampValue(edges.direction))
        }.withoutRepetitions
    }
}

extension [SweepTemplate] {
    fileprivate var withoutRepetitions: Self {
        var seen: Set<SweepTemplate> = []
        return filter { seen.insert($0).inserted }
    }
}
