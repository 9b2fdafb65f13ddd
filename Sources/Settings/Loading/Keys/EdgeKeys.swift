/// One `[[processor.edges]]` while its keys are read. What is required and missing is a placeholder until the rules find it.
struct EdgeDraft {
    var collection = ""
    var each = JSONPointer()
    var to: JSONPointer?
    var from: JSONPointer?
    var toCollection: String?
    var fromCollection: String?
    var key: [JSONPointer] = []
    var map: [AttributeMapping] = []
    var set: [AttributeConstant] = []
    var missingVertex = EdgeSettings.MissingVertex.allow
    /// The path of its keys in errors: `processor "company-sync".edges #1`.
    let path: String
    /// Where its table starts.
    let location: ConfigurationLocation

    static var keys: [Key<EdgeDraft>] {
        [
            Key("collection", \.collection, .collectionName, reload: .processor, needs: .edgeCollections),
            Key("each", \.each, .pointerIntoMessage, reload: .processor),
            Key("to", \.to, .pointer, reload: .processor),
            Key("to_collection", \.toCollection, .collectionName, reload: .processor),
            Key("from", \.from, .pointer, reload: .processor),
            Key("from_collection", \.fromCollection, .collectionName, reload: .processor),
            .list("key", \.key, .pointer, reload: .processor),
            .map(\.map, names: .edgeAttributeName, reload: .processor),
            .set(\.set, names: .edgeAttributeName, reload: .processor),
            Key("missing_vertex", \.missingVertex, .choice, reload: .processor),
        ]
    }

    /// The edges of `processor`. The other end is in its own collection unless said otherwise.
    func finished(of processor: ProcessorSettings) -> EdgeSettings {
        var edges = EdgeSettings(
            collection: collection, each: each, from == nil ? .out : .in, other: from ?? to ?? JSONPointer(),
            otherCollection: otherCollection(of: processor))
        edges.key = key
        edges.map = map
        edges.set = set
        edges.missingVertex = missingVertex
        return edges
    }

    /// The collection of the document at the other end.
    func otherCollection(of processor: ProcessorSettings) -> String {
        (from == nil ? toCollection : fromCollection) ?? processor.collection
    }
}

extension Key<ProcessorDraft> {
    /// `[[processor.edges]]`, or what an invalidation does to those of other processors: `edges = "remove"`. They have no names, so a later
    /// file that has some replaces all of them.
    static var edges: Key {
        Key(
            name: "edges", form: .tables(EdgeDraft.keys.map(\.outline)), reload: .processor, needs: .edgeCollections,
            isSame: { $0.settings.edges == $1.settings.edges && $0.settings.edgesOnInvalidate == $1.settings.edgesOnInvalidate }
        ) { draft, value, path, findings in
            if case .string = value.content {
                return Key("edges", \.settings.edgesOnInvalidate, .choice, reload: .processor).assign(&draft, value, path, &findings)
            }
            guard case .list(let tables) = value.content else {
                return findings.refuse(path, at: value.location, "must be an array of tables: write [[processor.edges]] above each one")
            }
            findings.set(path, at: value.location)
            draft.edges = []
            for (index, table) in tables.enumerated() {
                var edges = EdgeDraft(path: "\(path) #\(index + 1)", location: table.location)
                findings.read(table, keys: EdgeDraft.keys, path: edges.path, into: &edges)
                draft.edges.append(edges)
            }
        }
    }
}
