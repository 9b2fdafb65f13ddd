public import Settings

/// The processors by the collections that they write to, so that each finds those that it shares documents with: looking through all of them
/// for each takes the square of their number.
public struct Neighbours: Sendable {
    private var processors: [Exact<String>: [ProcessorSettings]] = [:]
    private var placeholders: Set<Exact<String>> = []

    /// The processors of the settings.
    public init(_ all: [ProcessorSettings]) {
        processors = Dictionary(grouping: all) { Exact($0.collection) }
        for processor in all {
            for edges in processor.edges where edges.missingVertex == .placeholder { placeholders.insert(Exact(edges.otherCollection)) }
        }
    }

    /// Those that write documents to `collection`, in their order.
    func writing(to collection: String) -> [ProcessorSettings] { processors[Exact(collection)] ?? [] }

    /// Whether documents of `collection` may be placeholders.
    func havePlaceholders(in collection: String) -> Bool { placeholders.contains(Exact(collection)) }
}
