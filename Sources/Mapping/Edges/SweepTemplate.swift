internal import Messages
internal import Settings

/// A ``SweepPlan`` as far as it is the same for all messages of a processor.
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
