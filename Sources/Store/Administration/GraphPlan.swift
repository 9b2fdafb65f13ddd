public import Settings

/// A named graph: which edge collections join which document collections.
public struct GraphPlan: Sendable, Equatable {
    /// One edge collection and the ends that its edges may have.
    public struct Definition: Sendable, Equatable, Codable {
        /// The edge collection.
        @Exact public private(set) var collection: String
        /// Collections that edges come from, sorted.
        @Exact public var from: [String]
        /// Collections that edges go to, sorted.
        @Exact public var to: [String]

        /// The same with the ends of `other` too.
        func joined(with other: Definition) -> Definition {
            Definition(collection: collection, from: Self.joined(from, other.from), to: Self.joined(to, other.to))
        }

        /// Each once, sorted.
        private static func joined(_ names: [String], _ others: [String]) -> [String] {
            Set((names + others).map { Exact($0) }).map(\.wrappedValue).sorted()
        }
    }

    /// Its name.
    @Exact public private(set) var name: String
    /// In the order of the processors, one for each edge collection.
    public let definitions: [Definition]

    /// A graph by its parts.
    package init(name: String, definitions: [Definition]) {
        self.name = name
        self.definitions = definitions
    }

    /// What has to be added to the definitions that are there; what others defined stays.
    func lacking(in known: [Definition]) -> [(definition: Definition, isNew: Bool)] {
        let known = Dictionary(known.map { (Exact($0.collection), $0) }) { first, _ in first }
        return definitions.compactMap { wanted in
            guard let there = known[Exact(wanted.collection)] else { return (wanted, true) }
            let joined = there.joined(with: wanted)
            return joined == there.joined(with: there) ? nil : (joined, false)
        }
    }
}
