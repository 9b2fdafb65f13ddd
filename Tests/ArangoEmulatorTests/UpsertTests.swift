import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 3, "overwrite / overwriteMode".
@Suite("Overwriting POST")
struct UpsertTests {
    @Test(
        "Each mode does what it says to a document that exists",
        arguments: [
            ("overwriteMode=replace", #"{"_key":"a","_id":"c/a","y":{"b":2},"z":null}"#),
            ("overwrite=true", #"{"_key":"a","_id":"c/a","y":{"b":2},"z":null}"#),
            ("overwriteMode=ignore", #"{"_key":"a","_id":"c/a","x":null,"y":{"a":1},"z":0}"#),
            // The server's own default on POST is keepNull=false [D against S].
            ("overwriteMode=update", #"{"_key":"a","_id":"c/a","x":null,"y":{"a":1,"b":2}}"#),
            ("overwriteMode=update&keepNull=true", #"{"_key":"a","_id":"c/a","x":null,"y":{"a":1,"b":2},"z":null}"#),
            ("overwriteMode=update&keepNull=true&mergeObjects=false", #"{"_key":"a","_id":"c/a","x":null,"y":{"b":2},"z":null}"#),
            ("overwrite=true&overwriteMode=update", #"{"_key":"a","_id":"c/a","x":null,"y":{"a":1,"b":2}}"#),
            ("overwrite=true&overwriteMode=nonsense", #"{"_key":"a","_id":"c/a","y":{"b":2},"z":null}"#),
        ])
    func modes(query: String, expected: String) throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","x":null,"y":{"a":1},"z":0}"#)
        _ = try server.send("POST", "/_api/document/c?\(query)", #"{"_key":"a","y":{"b":2},"z":null}"#)
        #expect(server.stored("a") == expected)
    }

    @Test("A misspelt mode is silently ignored, so an existing key conflicts [S]")
    func misspelt() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#)
        #expect(try server.send("POST", "/_api/document/c?overwriteMode=upsert", #"{"_key":"a"}"#).error == "409/1210")
    }

    @Test("_oldRev is there when something was overwritten [R PostOverwrite], not when the key is new or was ignored [S, P]")
    func oldRevision() throws {
        var server = try Server.withCollection()
        let first = try server.send("POST", "/_api/document/c?overwriteMode=update", #"{"_key":"a","x":1}"#)
        #expect(try first["_oldRev"] == nil)
        let second = try server.send("POST", "/_api/document/c?overwriteMode=update", #"{"_key":"a","x":2}"#)
        #expect(try second["_oldRev"] == first["_rev"])
        #expect(try second["_rev"] != first["_rev"])
        let ignored = try server.send("POST", "/_api/document/c?overwriteMode=ignore&returnNew=true", #"{"_key":"a","x":3}"#)
        #expect(try ignored.text == #"{"_id":"c/a","_key":"a","_rev":\#(#require(try second["_rev"]).text)}"#)
    }

    @Test("A document that is new keeps its nulls whatever keepNull says [S]")
    func newKeepsNull() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c?overwriteMode=update&keepNull=false", #"{"_key":"a","x":null}"#)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","x":null}"#)
    }

    @Test(
        "returnOld is honoured in the modes update and replace only [S]",
        arguments: [("update", true), ("replace", true), ("ignore", false)])
    func returnOld(mode: String, isHonoured: Bool) throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","x":1}"#)
        let answer = try server.send("POST", "/_api/document/c?returnOld=true&overwriteMode=\(mode)", #"{"_key":"a","x":2}"#)
        #expect((try answer["old"] != nil) == isHonoured)
    }

    @Test("Several writes of one key in one array are applied one after the other [P, S]")
    func sameKey() throws {
        var server = try Server.withCollection()
        let answer = try server.send("POST", "/_api/document/c?overwriteMode=update", #"[{"_key":"a","x":1},{"_key":"a","y":2}]"#)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","x":1,"y":2}"#)
        #expect(try answer.elements[1]["_oldRev"] == answer.elements[0]["_rev"])
    }
}

/// ArangoDB.md section 3: `keepNull`, `mergeObjects`.
@Suite("Merging")
struct MergeTests {
    @Test(
        "Stored nulls stay, nulls of the patch go with keepNull=false, at every depth where objects meet",
        arguments: [
            (#"{"a":null,"b":1}"#, #"{"b":null}"#, #"{"a":null}"#),
            (#"{"o":{"a":null,"b":1}}"#, #"{"o":{"b":null,"c":null,"d":{"e":null}}}"#, #"{"o":{"a":null,"d":{}}}"#),
            (#"{}"#, #"{"n":{"a":null,"b":1},"m":null}"#, #"{"n":{"b":1}}"#),
            // Where it replaces something that is no object, the patch's object is taken as it is [S].
            (#"{"n":1}"#, #"{"n":{"a":null}}"#, #"{"n":{"a":null}}"#),
        ])
    func removesNulls(stored: String, patch: String, expected: String) throws {
        #expect(try merge(stored, patch, Merge(keepsNull: false, mergesObjects: true)) == expected)
    }

    @Test("mergeObjects=false replaces objects, true joins them; arrays are always replaced")
    func objects() throws {
        let stored = #"{"o":{"a":1},"l":[1,2]}"#
        let patch = #"{"o":{"b":2},"l":[3]}"#
        #expect(try merge(stored, patch, Merge(keepsNull: true, mergesObjects: true)) == #"{"o":{"a":1,"b":2},"l":[3]}"#)
        #expect(try merge(stored, patch, Merge(keepsNull: true, mergesObjects: false)) == #"{"o":{"b":2},"l":[3]}"#)
    }

    private func merge(_ stored: String, _ patch: String, _ rule: Merge) throws -> String {
        let stored = try #require(try JSONParser.parse(stored).object)
        let patch = try #require(try JSONParser.parse(patch).object)
        return JSONValue.object(JSONObject(members: rule.merged(stored.members, with: patch.members))).text
    }
}
