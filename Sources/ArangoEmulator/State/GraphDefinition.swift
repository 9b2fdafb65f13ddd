/// A named graph: which edge collections join which document collections, and which document collections are joined by none.
struct GraphDefinition: Sendable {
    /// One edge collection and the ends that its edges may have.
    struct Edges: Sendable, Equatable {
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
    var orphans: [String] = []
    /// What a cluster tells of it.
    var options = JSONObject()
    var revision: Revision

    /// Document collections that edges join.
    var joined: Set<String> { Set(edges.flatMap { $0.from + $0.to }) }

    /// All its document collections, in the order of their names.
    var vertices: [String] { joined.union(orphans).sorted() }

    /// As `/_api/gharial` answers it.
    var json: JSONValue {
        let object: JSONObject = [
            "_key": .string(name), "_id": .string("_graphs/\(name)"), "_rev": .string(revision.text), "name": .string(name),
            "edgeDefinitions": .array(edges.map(\.json)), "orphanCollections": .array(orphans.map(JSONValue.string)),
        ]
        return .object(JSONObject(members: object.members + options.members))
    }

    /// A definition replaces another one, is added, or is removed (`nil`). What was joined and is no more becomes an orphan; what is joined is
    /// none any more.
    mutating func change(_ collection: String, to definition: Edges?) {
        let before = joined
        if let index = edges.firstIndex(where: { $0.collection == collection }) {
            if let definition { edges[index] = definition } else { edges.remove(at: index) }
        } else if let definition {
            edges.append(definition)
        }
        let after = joined
        orphans.removeAll { after.contains($0) }
        orphans += before.subtracting(after).sorted()
    }
}
