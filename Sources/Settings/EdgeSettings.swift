/// One `[[processor.edges]]`: an array in the message whose elements become edges of the message's document.
public struct EdgeSettings: Sendable, Equatable {
    /// On which end of its edges the message's document is, in ArangoDB's words.
    public enum Direction: String, Sendable {
        /// Edges go out from it: `to` names the other end.
        case out
        /// Edges come in to it: `from` names the other end.
        case `in`
    }

    /// What becomes of an edge to a document that is not there.
    public enum MissingVertex: String, Sendable, CaseIterable {
        /// It dangles until the document comes.
        case allow
        /// A marked document without a version stands in for it until its own message comes.
        case placeholder
    }

    /// The edge collection written to.
    @Exact public var collection: String
    /// The array in the message. Missing or null: no relations.
    public var each: JSONPointer
    /// Which way the edges point.
    public var direction: Direction
    /// Where an element holds the key of the document at the other end; the empty pointer is the element itself.
    public var other: JSONPointer
    /// The collection of that document.
    @Exact public var otherCollection: String
    /// What distinguishes several edges between the same two documents, inside the element.
    public var key: [JSONPointer] = []
    /// Attribute = pointer into the element; when not empty only these are stored. In the order of the file.
    public var map: [AttributeMapping] = []
    /// Constants added to every edge, as JSON text. In the order of the file.
    public var set: [AttributeConstant] = []

    /// What becomes of an edge to a document that is not there.
    public var missingVertex = MissingVertex.allow

    /// Edges with the required keys; everything else at its default.
    public init(collection: String, each: JSONPointer, _ direction: Direction, other: JSONPointer, otherCollection: String) {
        self.collection = collection
        self.each = each
        self.direction = direction
        self.other = other
        self.otherCollection = otherCollection
    }

    /// Attribute of each edge that says which document it belongs to.
    public static let stampAttribute = "written_by"
    /// Attribute that marks a document that only stands in for one to come.
    public static let placeholderAttribute = "placeholder"
}

extension ProcessorSettings {
    /// The value of ``EdgeSettings/stampAttribute``. The two directions differ, because an edge belongs to one of its ends.
    public func stampValue(_ direction: EdgeSettings.Direction) -> String { direction == .out ? edgesStamp : "\(edgesStamp)/in" }

    /// Attribute of a document with the version of the message that its edges are of; `nil` without edges or versions.
    ///
    /// The document's own version may come from a message that says nothing about edges.
    ///
    /// An invalidation that does something to edges has one too.
    public var edgesMarker: String? {
        version == nil || (edges.isEmpty && edgesOnInvalidate == .keep) ? nil : "edges_of_\(edgesStamp)"
    }

    private var edgesStamp: String { stamp ?? name }
}
