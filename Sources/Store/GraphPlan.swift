/// A named graph: which edge collections join which document collections.
public struct GraphPlan: Sendable, Equatable {
    /// One edge collection and the ends that its edges may have.
    public struct Definition: Sendable, Equatable, Codable {
        /// The edge collection.
        public let collection: String
        /// Collections that edges come from, sorted.
        public var from: [String]
        /// Collections that edges go to, sorted.
        public var to: [String]

        /// The same with the ends of `other` too.
        func joined(with other: Definition) -> Definition {
            Definition(
                collection: collection, from: Set(from).union(other.from).sorted(), to: Set(to).union(other.to).sorted())
        }
    }

    /// Its name.
    public let name: String
    /// In the order of the processors, one for each edge collection.
    public let definitions: [Definition]

    /// A graph by its parts.
    public init(name: String, definitions: [Definition]) {
        self.name = name
        self.definitions = definitions
    }

    /// What has to be added to the definitions that are there; what others defined stays.
    func lacking(in known: [Definition]) -> [(definition: Definition, isNew: Bool)] {
        definitions.compactMap { wanted in
            guard let there = known.first(where: { $0.collection == wanted.collection }) else { return (wanted, true) }
            let joined = there.joined(with: wanted)
            return Set(joined.from) == Set(there.from) && Set(joined.to) == Set(there.to) ? nil : (joined, false)
        }
    }
}
