internal import Settings

// The bodies of the calls around documents, as far as they are read (ArangoDB.md sections 6 and 10).

struct VersionAnswer: Decodable {
    let server: String?
    /// `nil` if it is hidden.
    let version: String?
}

struct CollectionAnswer: Decodable {
    struct KeyOptions: Decodable { let allowUserKeys: Bool? }

    /// See ``ProvisionPlan/Kind``.
    let type: Int
    let keyOptions: KeyOptions?
    /// These are told by clusters.
    let shardKeys: [String]?
    let isSmart: Bool?
    let smartGraphAttribute: String?
    let smartJoinAttribute: String?

    /// What is wrong with it for what is planned.
    func missingPrerequisites(as planned: ProvisionPlan.Collection) -> [MissingPrerequisite] {
        guard type == planned.kind.rawValue else {
            return [planned.kind == .edges ? .notAnEdgeCollection(planned.name) : .notADocumentCollection(planned.name)]
        }
        return keyObstacle.map { [.refusesKeys(collection: planned.name, $0)] } ?? []
    }
}

struct IndexAnswer: Decodable {
    let isNewlyCreated: Bool?
    let id: String?
    let expireAfter: Double?
}

struct IndexListAnswer: Decodable {
    struct Index: Decodable {
        /// `companies/4711`.
        let id: String?
        let type: String
        let fields: [Field]?
        let expireAfter: Double?
    }
    /// A name, or (in search indexes) something else.
    struct Field: Decodable {
        let name: String?
        init(from decoder: any Decoder) throws { name = try? decoder.singleValueContainer().decode(String.self) }
    }
    let indexes: [Index]

    /// What keeps documents of `collection` from going when the time in `attribute` has passed; `nil` if nothing does.
    func missingPrerequisite(collection: String, attribute: String) -> MissingPrerequisite? {
        let indexes = indexes.filter { $0.type == "ttl" }.map { index in
            ExpiryIndex(
                id: index.id ?? "", attribute: (index.fields ?? []).map { $0.name ?? "?" }.joined(separator: ", "),
                expireAfter: index.expireAfter ?? 0)
        }
        if indexes.contains(where: { $0.attribute.isExactly(attribute) && $0.expireAfter == 0 }) { return nil }
        // A collection has one at most (ArangoDB.md section 6), and one with another time is not ours to replace.
        return indexes.first.map { .otherExpiryIndex(collection: collection, attribute: attribute, $0) }
            ?? .noExpiryIndex(collection: collection, attribute: attribute)
    }
}

struct GraphAnswer: Decodable {
    struct Graph: Decodable { let edgeDefinitions: [GraphPlan.Definition] }
    let graph: Graph
}

/// Any object: the status says it all.
struct AnyAnswer: Decodable {}

// And the bodies that are sent.

struct DatabaseDefinition: Encodable { let name: String }

struct CollectionDefinition: Encodable {
    let name: String
    let type: Int
}

struct GraphDefinition: Encodable {
    let name: String
    let edgeDefinitions: [GraphPlan.Definition]
}

struct ExpiryIndexDefinition: Encodable {
    var type = "ttl"
    let fields: [String]
    /// Seconds behind the time in the attribute. Zero: that is the time to go.
    var expireAfter = 0
}
