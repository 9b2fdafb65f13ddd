/// What an index definition is completed with, type for type as recorded (`transcripts/indexes.jsonl`).
enum IndexDefinition {
    /// The definition with its defaults; throws 400/10 for what the emulator does not know.
    static func complete(_ body: JSONObject) throws(ArangoError) -> JSONObject {
        guard let type = body["type"]?.string else { throw invalid("type is missing") }
        guard let fields = body["fields"]?.array, !fields.isEmpty, fields.allSatisfy({ !($0.string ?? "").isEmpty }) else {
            throw invalid("fields must be attribute paths, at least one")
        }
        var definition: JSONObject = ["type": .string(type), "fields": .array(fields)]
        if let name = body["name"]?.string { definition.append("name", .string(name)) }
        for (name, value) in try defaults(of: type, body) {
            definition.append(name, fixed.contains("\(type).\(name)") ? value : body[name] ?? value)
        }
        if type != "ttl", definition["estimates"] == true { definition.append("selectivityEstimate", 1) }
        return definition
    }

    /// The same type and fields in the same order, equally unique and sparse, with the same `expireAfter` (`RocksDBTtlIndex::matchesDefinition` [S]).
    static func areSame(_ left: JSONObject, _ right: JSONObject) -> Bool {
        ["type", "fields", "unique", "sparse", "prefixFields", "expireAfter"].allSatisfy { left[$0] == right[$0] }
    }

    private static func defaults(of type: String, _ body: JSONObject) throws(ArangoError) -> [(String, JSONValue)] {
        switch type {
        case "persistent":
            return [("cacheEnabled", false), ("deduplicate", true), ("estimates", true), ("sparse", false), ("unique", false)]
        case "ttl":
            guard let seconds = body["expireAfter"]?.int, seconds >= 0, body["fields"]?.array?.count == 1 else {
                throw invalid("a ttl index has one field, and expireAfter in seconds")
            }
            return [("estimates", false), ("expireAfter", 0), ("sparse", true), ("unique", false)]
        case "geo":
            guard (body["fields"]?.array?.count ?? 0) <= 2 else { throw invalid("a geo index has one field, or two") }
            return [
                ("bestIndexedLevel", 17), ("geoJson", false), ("legacyPolygons", false), ("maxNumCoverCells", 8), ("sparse", true),
                ("unique", false), ("worstIndexedLevel", 4),
            ]
        case "fulltext": return [("minLength", 2), ("sparse", true), ("unique", false)]
        case "mdi", "mdi-prefixed":
            guard body["fieldValueTypes"] == "double" else { throw invalid("fieldValueTypes must be double") }
            let prefix: [(String, JSONValue)] = type == "mdi" ? [] : [("prefixFields", [])]
            return [("estimates", true), ("fieldValueTypes", "double")] + prefix + [("sparse", false), ("unique", false)]
        default: throw invalid("the emulator has no index type \(type)")
        }
    }

    /// Attributes that a client cannot choose.
    private static let fixed: Set = [
        "ttl.estimates", "ttl.sparse", "ttl.unique", "geo.sparse", "geo.unique", "fulltext.sparse", "fulltext.unique",
    ]

    private static func invalid(_ reason: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 10, message: "bad parameter: \(reason)")
    }
}
