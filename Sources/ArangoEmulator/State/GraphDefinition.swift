/// A named graph: which edge collections join which document collections.
struct GraphDefinition: Sendable {
    /// One edge collection and the ends that its edges may have.
    struct Edges: Sendable {
        let collection: String
        let from: [String]
        let to: [String]

        /// By the object that a request brings.
        init(_ value: JSONValue) throws(ArangoError) {
            let names = { (name: String) in value.object?[name]?.array?.compactMap(\.string) }
            guard let collection = value.object?["collection"]?.string, let from = names("from"), let to = names("to"), !from.isEmpty,
                !to.isEmpty
            else { throw ArangoError(status: 400, errorNum: 1923, message: "malformed edge definition") }
            (self.collection, self.from, self.to) = (collection, from, to)
        }

        var json: JSONValue {
            ["collection": .string(collection), "from": .array(from.map(JSONValue.string)), "to": .array(to.map(JSONValue.string))]
        }
    }

    let name: String
    var edges: [Edges]
    var revision: Revision

    /// As `/_api/gharial` answers it.
    var json: JSONValue {
        [
            "_key": .string(name), "_id": .string("_graphs/\(name)"), "_rev": .string(revision.text), "name": .string(name),
            "edgeDefinitions": .array(edges.map(\.json)), "orphanCollections": [],
        ]
    }
}
