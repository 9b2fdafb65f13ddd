/// A collection's schema, `{"rule","level","message","type":"json"}`. How far documents have to follow it is the manual's [D]; what an error says and
/// which rules a schema may have beyond these is untried.
struct Schema: Sendable {
    enum Level: String { case none, new, moderate, strict }

    let json: JSONValue
    private let rule: SchemaRule
    private let level: Level
    private let message: String

    /// `nil` for `null` and `{}`, which take a schema away. Throws 400/1621 for what is none.
    init?(_ value: JSONValue) throws(ArangoError) {
        if value == .null || value == [:] { return nil }
        guard let object = value.object, let rule = object["rule"], let level = Level(rawValue: object["level"]?.string ?? "strict"),
            object["type"] == nil || object["type"] == "json"
        else { throw .badSchema("a schema has a rule, a level of none, new, moderate or strict, and the type json") }
        json = value
        self.rule = try SchemaRule(rule)
        self.level = level
        message = object["message"]?.string ?? ""
    }

    /// Throws 400/1620 if a document may not become that. System attributes are not looked at.
    /// - Parameter old: what is stored now.
    func check(_ new: [JSONObject.Member], replacing old: [JSONObject.Member]?) throws(ArangoError) {
        switch (level, old) {
        case (.none, _), (.new, .some): return
        // Who was wrong before may stay so.
        case (.moderate, let old?) where !rule.allows(.object(JSONObject(members: old))): return
        default: break
        }
        guard rule.allows(.object(JSONObject(members: new))) else {
            throw ArangoError(status: 400, errorNum: 1620, message: message.isEmpty ? "schema validation failed" : message)
        }
    }
}

extension ArangoError {
    static func badSchema(_ reason: String) -> ArangoError {
        ArangoError(status: 400, errorNum: 1621, message: "invalid schema validation parameter: \(reason)")
    }
}
