/// How a collection of a cluster is divided. There are no shards here, but what a client may not do because of them.
struct Sharding: Sendable {
    var keys = ["_key"]
    var shards = 1
    var replicationFactor = 1
    /// SmartGraphs: keys of vertices begin with this attribute's value and a colon.
    var smartAttribute: String?

    init(_ body: JSONObject) {
        if let names = body["shardKeys"]?.array?.compactMap(\.string), !names.isEmpty { keys = names }
        shards = max(1, body["numberOfShards"]?.int ?? 1)
        replicationFactor = max(1, body["replicationFactor"]?.int ?? 1)
        if body["isSmart"] == true { smartAttribute = body["smartGraphAttribute"]?.string }
    }

    var json: JSONObject {
        var object: JSONObject = [
            "shardKeys": .array(keys.map(JSONValue.string)), "numberOfShards": .int(shards), "replicationFactor": .int(replicationFactor),
            "minReplicationFactor": 1, "shardingStrategy": "hash", "isSmart": .bool(smartAttribute != nil), "isDisjoint": false,
        ]
        if let smartAttribute { object.append("smartGraphAttribute", .string(smartAttribute)) }
        return object
    }

    /// A client may choose a key only where the key alone says which shard it is: otherwise 1466. With a smart attribute the key has to begin with
    /// its value: otherwise 4003, whose status is untried.
    func check(key: String?, attributes: [JSONObject.Member]) throws(ArangoError) {
        guard let key else { return }
        guard let smartAttribute else {
            guard keys == ["_key"] else {
                throw ArangoError(status: 400, errorNum: 1466, message: "must not specify _key for this collection")
            }
            return
        }
        guard let value = Self.value(smartAttribute, in: attributes).string, key.hasPrefix("\(value):") else {
            throw ArangoError(
                status: 400, errorNum: 4003,
                message: "in smart vertex collections _key must be a string and prefixed with the value of the smart graph attribute")
        }
    }

    /// 1469 for a document that would have to move to another shard.
    func check(change old: [JSONObject.Member], to new: [JSONObject.Member]) throws(ArangoError) {
        for name in keys where name != "_key" && Self.value(name, in: old) != Self.value(name, in: new) {
            throw ArangoError(status: 400, errorNum: 1469, message: "must not change the value of a sharding attribute")
        }
    }

    private static func value(_ name: String, in members: [JSONObject.Member]) -> JSONValue {
        members.first { $0.name.hasSameBytes(as: name) }?.value ?? .null
    }
}
