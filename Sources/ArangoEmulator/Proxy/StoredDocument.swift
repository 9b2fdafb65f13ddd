/// A document as it lies in a database, without `_key`, `_id` and `_rev`. Two are equal if their members are, in whatever order and however their
/// numbers are written: a server keeps neither.
public struct StoredDocument: Sendable, Equatable, CustomStringConvertible, ExpressibleByStringInterpolation {
    private let members: JSONObject

    init(_ object: JSONObject) {
        members = JSONObject(members: object.members.filter { !["_key", "_id", "_rev"].contains($0.name) })
    }

    /// JSON text of an object. Text that is none is a document without members.
    public init(stringLiteral text: String) {
        self.init((try? JSONParser.parse(text))?.object ?? JSONObject())
    }

    /// The JSON text of a member, such as `"name"` or `1`; `nil` if there is none of that name.
    public subscript(name: String) -> String? { members[name]?.text }

    /// Whether its JSON text without blanks has this part, such as `"name":"B"`.
    public func contains(_ part: String) -> Bool { description.contains(part) }

    /// JSON text without blanks, the members in the order that the server tells.
    public var description: String { JSONValue.object(members).text }

    /// By value.
    public static func == (left: Self, right: Self) -> Bool {
        JSONValue.object(left.members).normalized == JSONValue.object(right.members).normalized
    }
}

extension JSONValue {
    /// Members in the order of their names, numbers written in one way.
    fileprivate var normalized: JSONValue {
        switch self {
        case .object(let object):
            let members = object.members.map { JSONObject.Member(name: $0.name, value: $0.value.normalized) }
            return .object(JSONObject(members: members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }))
        case .array(let elements): return .array(elements.map(\.normalized))
        case .number(let text):
            guard text.contains(where: { ".eE".contains($0) }), let number = Double(text) else { return self }
            // Beyond 2^53 not every whole number is one, so nothing is made of it.
            return .number(abs(number) < 9e15 && number == number.rounded() ? String(Int(number)) : "\(number)")
        case .null, .bool, .string: return self
        }
    }
}

extension DatabaseClient {
    /// All documents of a collection by their keys. `nil` if there is no such collection or database.
    public func documents(of collection: String, in database: String) -> [String: StoredDocument]? {
        let query: JSONValue = [
            "query": "FOR doc IN @@collection RETURN doc", "bindVars": ["@collection": .string(collection)], "batchSize": 5000,
        ]
        let cursors = "/_db/\(percentEncoded(database))/_api/cursor"
        var documents: [String: StoredDocument] = [:]
        var answer = perform("POST", cursors, body: query.text)
        while true {
            guard (200...201).contains(answer.status), let page = (try? JSONParser.parse(answer.body))?.object else { return nil }
            for document in (page["result"]?.array ?? []).compactMap(\.object) {
                documents[document["_key"]?.string ?? ""] = StoredDocument(document)
            }
            guard page["hasMore"] == true, let id = page["id"]?.string else { return documents }
            answer = perform("POST", "\(cursors)/\(id)")
        }
    }

    /// Those of these documents that are there, by their keys, in one request.
    public func documents(_ keys: [String], of collection: String, in database: String) -> [String: StoredDocument] {
        let answer = perform(
            "PUT", "/_db/\(percentEncoded(database))/_api/document/\(percentEncoded(collection))?onlyget=true",
            body: JSONValue.array(keys.map(JSONValue.string)).text)
        let found = ((try? JSONParser.parse(answer.body))?.array ?? []).compactMap(\.object).filter { $0["_key"] != nil }
        return Dictionary(found.map { ($0["_key"]?.string ?? "", StoredDocument($0)) }) { first, _ in first }
    }

    /// One document. `nil` if it is not there, nor if its collection is not.
    public func document(_ key: String, of collection: String, in database: String) -> StoredDocument? {
        let path = ["_db", database, "_api", "document", collection, key].map { "/" + percentEncoded($0) }.joined()
        let answer = perform("GET", path)
        return answer.status == 200 ? StoredDocument(stringLiteral: answer.body) : nil
    }

    /// How many documents a collection has; 0 if there is no such collection.
    public func count(of collection: String, in database: String) -> Int {
        let answer = perform("GET", "/_db/\(percentEncoded(database))/_api/collection/\(percentEncoded(collection))/count")
        return (try? JSONParser.parse(answer.body))?.object?["count"]?.int ?? 0
    }
}
