/// `/_api/collection` (ArangoDB.md section 6).
extension ServerState {
    mutating func answerCollection(_ request: Request) throws(ArangoError) -> Response {
        let path = Array(request.segments.dropFirst(2))
        switch (request.method, path.count) {
        case ("GET", 0): return try listCollections(request)
        case ("POST", 0): return try createCollection(request)
        case ("GET", 1):
            return try withCollection(path[0], of: request) { (collection, _) in collection.success(collection.summary, at: nil) }
        case ("GET", 2): return try readCollection(path[0], aspect: path[1], request)
        case ("PUT", 2): return try changeCollection(path[0], action: path[1], request)
        case ("DELETE", 1): return try dropCollection(path[0], request)
        case ("GET", _), ("PUT", _), ("DELETE", _): throw .unknownPath(request.path)
        default: throw .methodNotSupported(request.method)
        }
    }

    private mutating func listCollections(_ request: Request) throws(ArangoError) -> Response {
        let userOnly = request.flag("excludeSystem")
        let (access, caller) = (access, caller)
        return try withDatabase(of: request) { (database, _) in
            let name = database.name
            let collections = database.collections.values
                .filter { !($0.isSystem && userOnly) && access.level(of: caller, database: name, collection: $0.name) > .none }
                .sorted { $0.name < $1.name }
            let list = collections.map { collection -> JSONValue in
                [
                    "id": .string(String(collection.id)), "name": .string(collection.name), "status": 3,
                    "type": .int(collection.kind.rawValue), "isSystem": .bool(collection.isSystem),
                    "globallyUniqueId": .string(collection.globallyUniqueID),
                ]
            }
            return Response(status: 200, json: ["error": false, "code": 200, "result": .array(list)])
        }
    }

    private mutating func createCollection(_ request: Request) throws(ArangoError) -> Response {
        guard let body = try request.json().object, let name = body["name"]?.string else { throw .illegalName("a name is needed") }
        let isSystem = body["isSystem"]?.bool ?? false
        guard isLegalName(isSystem ? String(name.drop { $0 == "_" }) : name, limit: 256) else { throw .illegalName(name) }
        guard let kind = StoredCollection.Kind(rawValue: body["type"]?.int ?? 2) else { throw .badParameter("type must be 2 or 3") }
        let keyOptions = try KeyOptions(body["keyOptions"]?.object)
        let isCluster = configuration.isCluster
        return try withDatabase(of: request) { (database, clock) throws(ArangoError) in
            guard database.collections[name] == nil else { throw .duplicateName(name) }
            var collection = StoredCollection(id: clock.id(), name: name, kind: kind)
            collection.keyOptions = keyOptions
            if isCluster { collection.sharding = Sharding(body) }
            try collection.change(body)
            database.collections[name] = collection
            return collection.success(collection.properties(), at: nil)
        }
    }

    private mutating func dropCollection(_ name: String, _ request: Request) throws(ArangoError) -> Response {
        try withDatabase(of: request) { (database, _) throws(ArangoError) in
            let collection = database.collections.remove(at: try database.index(of: name)).value
            return Response(status: 200, json: ["error": false, "code": 200, "id": .string(String(collection.id))])
        }
    }

    private mutating func readCollection(_ name: String, aspect: String, _ request: Request) throws(ArangoError) -> Response {
        try withCollection(name, of: request) { (collection, _) throws(ArangoError) in
            switch aspect {
            case "properties": return collection.success(collection.properties(), at: request)
            case "count": return collection.success(collection.properties(withCount: true), at: request)
            case "figures":
                let figures = collection.figures(withDetails: request.flag("details"))
                let members = [JSONObject.Member(name: "figures", value: figures)] + collection.properties(withCount: true).members
                return collection.success(JSONObject(members: members), at: request)
            case "revision":
                var object = collection.properties()
                object.append("revision", .string(collection.lastRevision))
                return collection.success(object, at: request)
            case "shards" where collection.sharding != nil:
                let shard = "s\(collection.id + 1)"
                var shards: JSONValue = [.string(shard)]
                if request.flag("details") { shards = .object(JSONObject(members: [.init(name: shard, value: ["PRMR-1"])])) }
                return collection.success(["shards": shards], at: request)
            case "checksum": return collection.success(collection.checksumSummary, at: request)
            default: throw .unknownPath(request.path)
            }
        }
    }

    private mutating func changeCollection(_ name: String, action: String, _ request: Request) throws(ArangoError) -> Response {
        switch action {
        case "rename": return try renameCollection(name, request)
        case "properties":
            guard let body = try request.json().object else { throw .badParameter("expecting an object") }
            return try withCollection(name, of: request) { (collection, _) throws(ArangoError) in
                try collection.change(body)
                return collection.success(collection.properties(), at: request)
            }
        default: break
        }
        return try withCollection(name, of: request) { (collection, _) throws(ArangoError) in
            switch action {
            case "load": return collection.success(collection.summary(withCount: request.flag("count", default: true)), at: request)
            case "loadIndexesIntoMemory": return collection.success(["result": true], at: request)
            case "recalculateCount": return collection.success(["result": true, "count": .int(collection.documents.count)], at: request)
            case "responsibleShard" where collection.sharding != nil:
                guard case .object? = try? request.json() else { throw .badParameter("expecting a document") }
                return collection.success(["shardId": .string("s\(collection.id + 1)")], at: request)
            case "truncate": collection.truncate()
            case "compact", "unload": break
            default: throw .unknownPath(request.path)
            }
            return collection.success(collection.summary, at: request)
        }
    }

    private mutating func renameCollection(_ name: String, _ request: Request) throws(ArangoError) -> Response {
        guard let newName = try request.json().object?["name"]?.string, isLegalName(newName, limit: 256) else {
            throw .illegalName("the new name")
        }
        return try withDatabase(of: request) { (database, _) throws(ArangoError) in
            let index = try database.index(of: name)
            // Its own name is no other's [P].
            guard database.collections[newName] == nil || newName == database.collections.values[index].name else {
                throw .duplicateName(newName)
            }
            var collection = database.collections.remove(at: index).value
            collection.name = newName
            database.collections[newName] = collection
            return collection.success(collection.summary, at: request)
        }
    }
}
