/// `/_api/index` (ArangoDB.md section 6).
extension ServerState {
    mutating func answerIndex(_ request: Request) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst(2))
        if path.isEmpty {
            guard let name = request.parameter("collection") else { throw .badParameter("expecting ?collection=<name>") }
            switch request.method {
            case "GET": return try withCollection(name, of: request) { (collection, _) in collection.listIndexes() }
            case "POST":
                guard let body = try request.json().object else { throw .badParameter("expecting an object") }
                return try withCollection(name, of: request) { (collection, clock) throws(ArangoError) in
                    try collection.ensureIndex(body, clock: &clock)
                }
            default: throw .methodNotSupported(request.method)
            }
        }
        guard path.count == 2 else { throw .indexNotFound }
        return try withCollection(path[0], of: request) { (collection, _) throws(ArangoError) in
            switch request.method {
            case "GET":
                // By its number or its name [P].
                let id = "\(collection.name)/\(path[1])"
                guard let index = collection.indexDescriptions.first(where: { $0["id"]?.string == id || $0["name"]?.string == path[1] })
                else { throw .indexNotFound }
                return Response(status: 200, json: .object(index.appending(["code": 200, "error": false])))
            case "DELETE": return try collection.dropIndex(path[1])
            default: throw .methodNotSupported(request.method)
            }
        }
    }
}

extension StoredCollection {
    /// The primary index, for edges the edge index, then the others.
    fileprivate var indexDescriptions: [JSONObject] {
        func implied(_ number: Int, _ name: String, fields: JSONValue, unique: Bool) -> JSONObject {
            [
                "fields": fields, "id": .string("\(self.name)/\(number)"), "name": .string(name), "selectivityEstimate": 1, "sparse": false,
                "type": .string(name), "unique": .bool(unique),
            ]
        }
        var list = [implied(0, "primary", fields: ["_key"], unique: true)]
        if kind == .edge { list.append(implied(1, "edge", fields: ["_from", "_to"], unique: false)) }
        return list + indexes.map { description(of: $0) }
    }

    private func description(of index: SecondaryIndex, isNew: Bool? = nil) -> JSONObject {
        var members = index.definition.members
        members.append(.init(name: "id", value: .string("\(name)/\(index.id)")))
        if let isNew { members.append(.init(name: "isNewlyCreated", value: .bool(isNew))) }
        return JSONObject(members: members.sorted { $0.name < $1.name })
    }

    fileprivate func listIndexes() -> Response {
        let list = indexDescriptions
        let identifiers = JSONObject(members: list.map { .init(name: $0["id"]?.string ?? "", value: .object($0)) })
        return Response(
            status: 200,
            json: ["error": false, "code": 200, "indexes": .array(list.map(JSONValue.object)), "identifiers": .object(identifiers)])
    }

    /// 201 for a new index, 200 for one that is there already.
    fileprivate mutating func ensureIndex(_ body: JSONObject, clock: inout Clock) throws(ArangoError) -> Response {
        var definition = try IndexDefinition.complete(body)
        if let index = indexes.first(where: { IndexDefinition.areSame($0.definition, definition) }) {
            return Response(status: 200, json: .object(description(of: index, isNew: false).appending(["code": 200, "error": false])))
        }
        if definition["type"] == "ttl", indexes.contains(where: { $0.definition["type"] == "ttl" }) {
            throw ArangoError(status: 400, errorNum: 10, message: "there can only be one ttl index per collection")
        }
        let id = clock.id()
        if definition["name"] == nil { definition.append("name", .string("idx_\(id)")) }
        let index = SecondaryIndex(id: id, definition: definition)
        try add(index)
        return Response(status: 201, json: .object(description(of: index, isNew: true).appending(["code": 201, "error": false])))
    }

    fileprivate mutating func dropIndex(_ id: String) throws(ArangoError) -> Response {
        let position = indexes.firstIndex { String($0.id) == id || $0.definition["name"]?.string == id }
        guard let position else { throw .indexNotFound }
        let index = indexes.remove(at: position)
        return Response(status: 200, json: ["id": .string("\(name)/\(index.id)"), "error": false, "code": 200])
    }
}

extension JSONObject {
    fileprivate func appending(_ other: JSONObject) -> JSONObject { JSONObject(members: members + other.members) }
}
