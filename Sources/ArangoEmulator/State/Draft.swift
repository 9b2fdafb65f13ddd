/// A document as a client sent it, its system attributes set apart.
struct Draft {
    var key: JSONValue?
    /// A `_rev` that can be compared: a string.
    var revision: String?
    var from: JSONValue?
    var to: JSONValue?
    /// `_id` and `_rev` of a client are ignored; every other `_xyz` is an ordinary attribute (ArangoDB.md section 3).
    var attributes: [JSONObject.Member] = []
    /// Members of the object as it was sent.
    var memberCount: Int

    /// Throws 1227 if `value` is no object.
    init(_ value: JSONValue) throws(ArangoError) {
        guard case .object(let object) = value else { throw .invalidType }
        memberCount = object.members.count
        attributes.reserveCapacity(object.members.count)
        for member in object.members {
            guard member.name.utf8.first == UInt8(ascii: "_") else {
                attributes.append(member)
                continue
            }
            switch member.name {
            case "_key": key = member.value
            case "_rev": revision = member.value.string
            case "_id": break
            case "_from": from = member.value
            case "_to": to = member.value
            default: attributes.append(member)
            }
        }
    }

    /// Both ends, as an edge collection needs them; throws 1233.
    func ends(else stored: Document.Ends? = nil) throws(ArangoError) -> Document.Ends {
        Document.Ends(from: try Self.end(from, else: stored?.from), to: try Self.end(to, else: stored?.to))
    }

    /// `collection/key`; the vertex need not exist (ArangoDB.md section 3).
    private static func end(_ value: JSONValue?, else stored: String?) throws(ArangoError) -> String {
        if value == nil, let stored { return stored }
        guard let id = value?.string else { throw .invalidEdge }
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, isLegalKey(parts[1]) else { throw .invalidEdge }
        return id
    }
}

/// 1 to 254 bytes of the characters that ArangoDB.md section 7 lists.
func isLegalKey(_ key: some StringProtocol) -> Bool {
    (1...254).contains(key.utf8.count)
        && key.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ";"), UInt8(ascii: "$"), UInt8(ascii: "!"),
                UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "%"), UInt8(ascii: ":"):
                true
            default: false
            }
        }
}
