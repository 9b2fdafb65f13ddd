/// One thing that provisioning looked after.
public struct ProvisionStep: Sendable, Equatable, CustomStringConvertible {
    /// What it is.
    public enum Subject: Sendable, Equatable {
        /// The database.
        case database(String)
        /// A collection of documents or edges.
        case collection(String, ProvisionPlan.Kind = .documents)
        /// A TTL index on an attribute of a collection.
        case expiryIndex(collection: String, attribute: String)
        /// A named graph with all its edge definitions.
        case graph(String)
    }

    /// What it is.
    public let subject: Subject
    /// False: it was there.
    public let wasCreated: Bool

    /// A step by its parts.
    package init(_ subject: Subject, wasCreated: Bool) {
        self.subject = subject
        self.wasCreated = wasCreated
    }

    /// `collection companies: created`.
    public var description: String {
        let name =
            switch subject {
            case .database(let name): "database \(name)"
            case .collection(let name, .documents): "collection \(name)"
            case .collection(let name, .edges): "edge collection \(name)"
            case .graph(let name): "graph \(name)"
            case .expiryIndex(let collection, let attribute): "TTL index on \(attribute) of \(collection)"
            }
        return "\(name): \(wasCreated ? "created" : "was there")"
    }
}
