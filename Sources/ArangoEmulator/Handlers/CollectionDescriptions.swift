/// How a collection describes itself, attribute for attribute as recorded from 3.12.10.
extension StoredCollection {
    var globallyUniqueID: String { isSystem ? name : "h0123456789AB/\(id)" }

    /// `{"error":false,"code":200,...}`; reading and changing an aspect also tells its `location` [T].
    func success(_ object: JSONObject, at request: Request?) -> Response {
        let members: JSONObject = ["error": false, "code": 200]
        let location = request.map { ("location", "/_db/" + percentEncoded($0.database) + $0.path) }
        return Response(
            status: 200, headers: location.map { [$0] } ?? [], json: .object(JSONObject(members: members.members + object.members)))
    }

    /// [T RestCollectionIdentifierTruncate, RestCollectionIdentifierLoad]
    var summary: JSONObject { summary(withCount: false) }

    func summary(withCount: Bool) -> JSONObject {
        var object = JSONObject()
        if withCount { object.append("count", .int(documents.count)) }
        object.append("globallyUniqueId", .string(globallyUniqueID))
        object.members += state.members
        return object
    }

    /// [T RestCollectionGetCollectionName, RestCollectionGetCollectionCount]
    func properties(withCount: Bool = false) -> JSONObject {
        var object: JSONObject = [
            "writeConcern": 1, "waitForSync": .bool(waitForSync), "usesRevisionsAsDocumentIds": true, "syncByRevision": true,
            "supportsRBAC": true, "statusString": "loaded", "id": .string(String(id)), "isSmartChild": false,
            "schema": schema?.json ?? .null,
            "name": .string(name), "type": .int(kind.rawValue), "status": 3,
        ]
        if withCount { object.append("count", .int(documents.count)) }
        let rest: JSONObject = [
            "cacheEnabled": .bool(cacheEnabled), "isSystem": .bool(isSystem), "internalValidatorType": 0,
            "globallyUniqueId": .string(globallyUniqueID), "keyOptions": keyOptions.json, "computedValues": computedValues,
            "objectId": .string(String(id)),
        ]
        object.members += rest.members
        if let sharding {
            object.members.removeAll { sharding.json[$0.name] != nil }
            object.members += sharding.json.members
        }
        return object
    }

    /// [T RestCollectionGetCollectionFigures, ...FiguresDetails]; sizes are made up, there is no disk.
    func figures(withDetails: Bool) -> JSONValue {
        var object: JSONObject = [
            "indexes": ["count": .int(1 + indexes.count + (kind == .edge ? 1 : 0)), "size": 0], "documentsSize": 0, "cacheInUse": false,
            "cacheSize": 0, "cacheUsage": 0,
        ]
        if withDetails {
            let primary: JSONValue = ["type": "primary", "id": 0, "count": .int(documents.count)]
            object.append("engine", ["documents": .int(documents.count), "indexes": [primary]])
        }
        return .object(object)
    }

    /// [T RestCollectionGetCollectionChecksum]; the sum depends on keys and revisions, as ArangoDB's does by default.
    var checksumSummary: JSONObject {
        // FNV-1a of each document, combined so that their order does not matter.
        let checksum = documents.values.reduce(UInt64(0)) { sum, document in
            sum ^ (document.key + document.revision.text).utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        }
        var object = state
        object.append("revision", .string(lastRevision))
        object.append("globallyUniqueId", .string(globallyUniqueID))
        object.append("checksum", .string(String(checksum)))
        return object
    }

    var lastRevision: String { Revision(stamp: documents.values.map(\.revision.stamp).max() ?? 0).text }

    private var state: JSONObject {
        ["isSystem": .bool(isSystem), "status": 3, "type": .int(kind.rawValue), "name": .string(name), "id": .string(String(id))]
    }

    /// Takes over what `POST` and `PUT .../properties` may set.
    mutating func change(_ body: JSONObject) throws(ArangoError) {
        if let value = body["schema"] { schema = try Schema(value) }
        if let value = body["waitForSync"]?.bool { waitForSync = value }
        if let value = body["cacheEnabled"]?.bool { cacheEnabled = value }
        if let value = body["computedValues"] { computedValues = value }
    }
}
