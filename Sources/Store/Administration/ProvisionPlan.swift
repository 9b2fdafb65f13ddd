public import Settings

/// What the processors need to find in the database.
public struct ProvisionPlan: Sendable, Equatable {
    /// A collection and what belongs to it.
    public struct Collection: Sendable, Equatable {
        /// Its name.
        @Exact public private(set) var name: String
        /// What it holds.
        public let kind: Kind
        /// Attribute under a TTL index: ArangoDB removes a document when the time there has passed. `nil` without such an index.
        public var expiryAttribute: String?

        /// A collection by its parts.
        package init(name: String, _ kind: Kind = .documents, expiryAttribute: String? = nil) {
            self.name = name
            self.kind = kind
            self.expiryAttribute = expiryAttribute
        }
    }

    /// What a collection holds, by ArangoDB's number for it.
    public enum Kind: Int, Sendable, Equatable {
        case documents = 2
        case edges = 3
    }

    /// In the order of the processors, each once; those of edges last.
    public var collections: [Collection]
    /// True if a processor has a version: then an ArangoDB before 3.12 would put old states over new ones.
    public var needsVersions: Bool
    /// `nil` if no graph is asked for.
    public var graph: GraphPlan?

    /// A plan by its parts.
    package init(collections: [Collection], needsVersions: Bool) {
        self.collections = collections
        self.needsVersions = needsVersions
    }

    /// What `processors` need, and a graph of their edges if `graph` is its name.
    public init(processors: [ProcessorSettings], graph: String? = nil) {
        collections = []
        needsVersions = processors.contains { $0.version != nil }
        var indices: [Exact<String>: Int] = [:]
        for processor in processors {
            let expires = processor.operation == .invalidate && processor.onInvalidate == .expire
            if let known = indices[Exact(processor.collection)] {
                if expires { collections[known].expiryAttribute = Self.expiryAttribute }
            } else {
                indices[Exact(processor.collection)] = collections.count
                collections.append(Collection(name: processor.collection, expiryAttribute: expires ? Self.expiryAttribute : nil))
            }
        }
        if processors.contains(where: { $0.resync != nil }) { collections.append(Collection(name: ResyncSettings.runsCollection)) }
        for edges in processors.flatMap(\.edges) where indices[Exact(edges.collection)] == nil {
            indices[Exact(edges.collection)] = collections.count
            collections.append(Collection(name: edges.collection, .edges))
        }
        self.graph = graph.map { GraphPlan(name: $0, definitions: Self.definitions(of: processors)) }
    }

    /// Where `on_invalidate = "expire"` stores its time.
    public static let expiryAttribute = "expires_at"

    private static func definitions(of processors: [ProcessorSettings]) -> [GraphPlan.Definition] {
        var indices: [Exact<String>: Int] = [:]
        return processors.reduce(into: []) { list, processor in
            for edges in processor.edges {
                let (own, other) = ([processor.collection], [edges.otherCollection])
                let definition = GraphPlan.Definition(
                    collection: edges.collection, from: edges.direction == .out ? own : other, to: edges.direction == .out ? other : own)
                if let known = indices[Exact(edges.collection)] {
                    list[known] = list[known].joined(with: definition)
                } else {
                    indices[Exact(edges.collection)] = list.count
                    list.append(definition)
                }
            }
        }
    }
}
