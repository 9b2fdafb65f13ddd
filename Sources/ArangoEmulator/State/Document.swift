/// A stored document. `_id` is not kept: it follows from the collection's name and the key.
struct Document: Sendable {
    var key: String
    var revision: Revision
    /// `_from` and `_to` of an edge.
    var ends: Ends?
    /// Everything else, in order.
    var attributes: [JSONObject.Member]

    struct Ends: Sendable, Equatable {
        var from: String
        var to: String
    }

    /// The value at a dotted path such as `address.city`; nil if there is none. Looks into system attributes too, as indexes do.
    func value(at path: [String]) -> JSONValue? {
        switch path.first {
        case "_key": return .string(key)
        case "_from": return (ends?.from).map(JSONValue.string)
        case "_to": return (ends?.to).map(JSONValue.string)
        default: break
        }
        var value: JSONValue = .object(JSONObject(members: attributes))
        for name in path {
            guard let next = value.object?[name] else { return nil }
            value = next
        }
        return value
    }
}

extension JSONWriter {
    /// In the order `_key,_id,[_from,_to,]_rev,...` (ArangoDB.md section 3).
    mutating func append(_ document: Document, in collection: String) {
        append(raw: "{\"_key\":\"\(document.key)\",\"_id\":")
        append(string: "\(collection)/\(document.key)")
        if let ends = document.ends {
            append(raw: ",\"_from\":")
            append(string: ends.from)
            append(raw: ",\"_to\":")
            append(string: ends.to)
        }
        append(raw: ",\"_rev\":\"")
        append(document.revision)
        append(raw: "\"")
        append(members: document.attributes[...], isFirst: false)
        append(raw: "}")
    }
}
