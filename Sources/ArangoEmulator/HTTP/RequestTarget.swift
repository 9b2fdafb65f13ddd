/// What a request is about, as faults and rights ask it.
extension Request {
    /// True if the request writes documents: through the document API, by an import, or through a graph.
    var writesDocuments: Bool {
        guard segments.first == "_api", !["GET", "HEAD"].contains(method) else { return false }
        switch segments.dropFirst().first {
        case "document": return parameter("onlyget") == nil
        case "import": return true
        case "gharial": return segments.count >= 5 && ["vertex", "edge"].contains(segments[3]) && !changesGraph
        default: return false
        }
    }

    /// The collection that the path or the parameter `collection` names. `nil` if there is none; a query names its one in its body.
    var collectionName: String? {
        guard segments.first == "_api", segments.count >= 2 else { return nil }
        switch segments[1] {
        case "document", "collection", "edges", "index":
            return segments.count > 2 ? segments[2] : parameter("collection")
        case "import": return parameter("collection")
        case "gharial": return segments.count >= 5 ? segments[4] : nil
        default: return nil
        }
    }

    /// What one of two shards gets of an array: the documents whose keys belong there. Another body belongs there as a whole.
    var half: Request {
        guard let elements = try? JSONParser.parse(body).array else { return self }
        var half = self
        half.body = JSONValue.array(elements.filter { ($0.documentKey ?? "").utf8.reduce(0) { $0 &+ $1 } & 1 == 0 }).bytes
        return half
    }

    /// Documents that a request writes, or reads as an array.
    enum Documents {
        /// One, by its key.
        case one(String)
        /// Documents, selectors or keys.
        case several([JSONValue])
    }

    /// `nil` if it is about something else, about a document without a key, or if its body is not JSON.
    var documents: Documents? {
        guard segments.first == "_api", segments.count >= 2, !["GET", "HEAD"].contains(method) else { return nil }
        switch segments[1] {
        case "document" where segments.count > 3: return .one(segments[3])
        case "document":
            let body = try? JSONParser.parse(body)
            if let elements = body?.array { return .several(elements) }
            return writesDocuments ? body?.documentKey.map(Documents.one) : nil
        case "gharial" where writesDocuments:
            return (segments.count > 5 ? segments[5] : (try? JSONParser.parse(body))?.documentKey).map(Documents.one)
        default: return nil
        }
    }

    func names(collection: String) -> Bool {
        if let name = collectionName { return name.hasSameBytes(as: collection) }
        guard segments.starts(with: ["_api", "cursor"]), let body = try? JSONParser.parse(body).object else { return false }
        return body["bindVars"]?.object?["@collection"]?.string?.hasSameBytes(as: collection) ?? false
    }

    /// `PUT` and `DELETE /_api/gharial/{graph}/{edge|vertex}/{collection}` are about the graph; one more segment makes it a document.
    private var changesGraph: Bool { segments.count == 5 && method != "POST" }
}
