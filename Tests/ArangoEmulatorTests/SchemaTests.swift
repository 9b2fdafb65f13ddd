import Testing

@testable import ArangoEmulator

/// Levels are the manual's [D]; 1620 and 1621 are of its list of errors [D]. No exchange was recorded.
@Suite("Schemas")
struct SchemaTests {
    private static func server(level: String) throws -> Server {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"[{"_key":"good","n":1},{"_key":"bad","n":"x"}]"#)
        let schema =
            #"{"schema":{"rule":{"properties":{"n":{"type":"integer"}},"required":["n"]},"level":"\#(level)","message":"n counts"}}"#
        #expect(try server.send("PUT", "/_api/collection/c/properties", schema).status == 200)
        return server
    }

    @Test(
        "New documents are looked at unless the level is none; changes if it is strict, and if it is moderate unless the stored one was wrong",
        arguments: [
            ("none", ["202/0", "202/0", "202/0"]), ("new", ["400/1620", "202/0", "202/0"]),
            ("moderate", ["400/1620", "400/1620", "202/0"]),
            ("strict", ["400/1620", "400/1620", "400/1620"]),
        ])
    func levels(level: String, expected: [String]) throws {
        var server = try Self.server(level: level)
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"new"}"#).error == expected[0])
        #expect(try server.send("PATCH", "/_api/document/c/good", #"{"n":"y"}"#).error == expected[1])
        #expect(try server.send("PUT", "/_api/document/c/bad", #"{"n":"y"}"#).error == expected[2])
        #expect(try server.send("PUT", "/_api/document/c/bad", #"{"n":2}"#).status == 202)
    }

    @Test("In an array one element fails with the schema's message, its neighbours are written; a stale one is not looked at [S]")
    func elements() throws {
        var server = try Self.server(level: "strict")
        let answer = try server.send(
            "POST", "/_api/document/c?overwriteMode=update&versionAttribute=n",
            #"[{"_key":"a","n":1.5},{"_key":"b","n":1},{"_key":"good","n":0}]"#)
        #expect(try answer.elements.map { $0["errorNum"]?.int } == [1620, nil, nil])
        #expect(try answer.elements.first?["errorMessage"] == "n counts")
        #expect(try server.send("PATCH", "/_api/document/c/good?versionAttribute=n", #"{"n":0.5}"#).status == 202)
    }

    @Test(
        "What is no schema is 400/1621; null and {} take one away",
        arguments: [
            (#"{"rule":{"type":"thing"}}"#, "400/1621"), (#"{"rule":{},"level":"hard"}"#, "400/1621"), (#"{"level":"new"}"#, "400/1621"),
            (#"{"rule":{"patternProperties":{}}}"#, "400/1621"), (#"{"rule":{"pattern":"["}}"#, "400/1621"), ("{}", "200/0"),
            ("null", "200/0"),
        ])
    func definitions(schema: String, expected: String) throws {
        var server = try Self.server(level: "strict")
        let answer = try server.send("PUT", "/_api/collection/c/properties", #"{"schema":\#(schema)}"#)
        #expect(try answer.error == expected)
        if expected == "200/0" { #expect(try answer["schema"] == .null) }
        #expect(try server.send("POST", "/_api/document/c", "{}").status == (expected == "200/0" ? 202 : 400))
        #expect(try server.send("POST", "/_api/collection", #"{"name":"d","schema":\#(schema)}"#).error == expected)
    }

    @Test(
        "Keywords of JSON Schema (draft 4 to 7)",
        arguments: [
            (#"{"type":["string","null"]}"#, #""x""#, "1"), (#"{"type":"integer"}"#, "1.0", "1.5"), (#"{"type":"number"}"#, "1.5", #""1""#),
            (#"{"enum":["a",{"b":1}]}"#, #"{"b":1}"#, #""b""#), (#"{"const":null}"#, "null", "0"), (#"{"minimum":2}"#, "2", "1.9"),
            (#"{"maximum":2}"#, #""text""#, "2.1"), (#"{"exclusiveMinimum":2}"#, "2.1", "2"), (#"{"exclusiveMaximum":2}"#, "1", "2"),
            (#"{"multipleOf":0.5}"#, "1.5", "1.2"), (#"{"minLength":2}"#, #""é€""#, #""é""#), (#"{"maxLength":1}"#, #""é""#, #""ab""#),
            (#"{"pattern":"^[a-z]+$"}"#, #""abc""#, #""a1""#), (#"{"items":{"type":"string"}}"#, #"["a"]"#, #"["a",1]"#),
            (#"{"minItems":1,"maxItems":2}"#, "[1,2]", "[]"), (#"{"uniqueItems":true}"#, "[1,2]", "[1,1]"),
            (#"{"properties":{"a":{"type":"string"}},"additionalProperties":false}"#, #"{"a":"x"}"#, #"{"a":"x","b":1}"#),
            (#"{"additionalProperties":{"type":"string"}}"#, #"{"a":"x"}"#, #"{"a":1}"#), (#"{"required":["a"]}"#, #"{"a":null}"#, "{}"),
            (#"{"maxProperties":1}"#, #"{"a":1}"#, #"{"a":1,"b":1}"#), (#"{"anyOf":[{"type":"null"},{"minimum":5}]}"#, "7", "3"),
            (#"{"allOf":[{"minimum":1},{"maximum":3}]}"#, "2", "4"), (#"{"oneOf":[{"minimum":1},{"minimum":3}]}"#, "2", "4"),
            (#"{"not":{"type":"string"}}"#, "1", #""a""#),
            (#"{"if":{"type":"string"},"then":{"minLength":2},"else":{"minimum":2}}"#, #""ab""#, "1"),
            ("true", "1", ""), ("false", "", "1"), (#"{"title":"t","description":"d"}"#, "1", ""),
        ])
    func keywords(rule: String, allowed: String, refused: String) throws {
        let rule = try SchemaRule(try JSONParser.parse(rule))
        if !allowed.isEmpty { #expect(rule.allows(try JSONParser.parse(allowed))) }
        if !refused.isEmpty { #expect(!rule.allows(try JSONParser.parse(refused))) }
    }
}
