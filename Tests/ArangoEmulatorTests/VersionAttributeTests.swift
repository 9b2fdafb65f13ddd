import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 3, "versionAttribute" [D, S, P]: never recorded.
@Suite("versionAttribute")
struct VersionAttributeTests {
    @Test(
        "A write is a no-op only if both versions are numbers and the new one is not greater",
        arguments: [
            ("5", "6", true), ("5", "5", false), ("5", "4", false), ("0", "0", false),
            // Fractions are cut off.
            ("5", "5.9", false), ("5.9", "6", true), ("5", "6e0", true), ("50", "5.1e1", true),
            // No protection: one side is missing, negative or no number.
            ("5", nil, true), (nil, "1", true), ("5", "-1", true), ("-1", "0", true), ("5", #""4""#, true), (#""9""#, "1", true),
            ("5", "null", true), ("5", "-0.5", true), ("5", "1e30", true),
            // Beyond what a double can distinguish.
            ("9007199254740993", "9007199254740992", false), ("9007199254740992", "9007199254740993", true),
            ("18446744073709551615", "18446744073709551614", false),
        ] as [(String?, String?, Bool)])
    func rule(stored: String?, new: String?, isWritten: Bool) throws {
        for (method, path) in [
            ("POST", "c?overwriteMode=update&"), ("POST", "c?overwriteMode=replace&"), ("PUT", "c/a?"), ("PATCH", "c/a?"),
        ] {
            var server = try Server.withCollection()
            _ = try server.send("POST", "/_api/document/c", document(version: stored, x: 1))
            let answer = try server.send(method, "/_api/document/\(path)versionAttribute=v", document(version: new, x: 2))
            #expect(answer.status == 202)
            #expect((try answer["_rev"] != answer["_oldRev"]) == isWritten, "\(method) \(path)")
            #expect(try server.send("GET", "/_api/document/c/a")["x"] == (isWritten ? 2 : 1), "\(method) \(path)")
        }
    }

    @Test("A stale write is a success with _rev equal to _oldRev, the stored revision; silent hides it")
    func staleAnswer() throws {
        var server = try Server.withCollection()
        let revision = try server.send("POST", "/_api/document/c", document(version: "5", x: 1))["_rev"]
        let answer = try server.send("POST", "/_api/document/c?overwriteMode=replace&versionAttribute=v", document(version: "5", x: 2))
        #expect(try answer["_rev"] == revision)
        #expect(try answer["_oldRev"] == revision)
        #expect(try answer["error"] == nil)
        let silent = try server.send(
            "POST", "/_api/document/c?overwriteMode=replace&versionAttribute=v&silent=true", document(version: "5", x: 2))
        #expect(silent.text == "{}")
    }

    @Test("Versions of one key in one array: later elements see earlier ones [P, S]")
    func array() throws {
        var server = try Server.withCollection()
        let body = "[\(["3", "1", "4", "2"].map { document(version: $0, x: 0) }.joined(separator: ","))]"
        let results = try server.send("POST", "/_api/document/c?overwriteMode=update&versionAttribute=v", body).elements
        #expect(results.map { $0["_oldRev"] == $0["_rev"] } == [false, true, false, true])
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","v":4,"x":0}"#)
    }

    @Test("A replace without the attribute erases the version for good, an update keeps it [S, P]")
    func missing() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", document(version: "5", x: 1))
        _ = try server.send("PATCH", "/_api/document/c/a?versionAttribute=v", #"{"x":2}"#)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","v":5,"x":2}"#)
        _ = try server.send("PUT", "/_api/document/c/a?versionAttribute=v", #"{"x":3}"#)
        #expect(server.stored("a") == #"{"_key":"a","_id":"c/a","x":3}"#)
        _ = try server.send("PUT", "/_api/document/c/a?versionAttribute=v", document(version: "1", x: 4))
        #expect(try server.send("GET", "/_api/document/c/a")["x"] == 4)
    }

    @Test("Only the top-level attribute counts [D]")
    func nested() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", #"{"_key":"a","n":{"v":5}}"#)
        let answer = try server.send("PUT", "/_api/document/c/a?versionAttribute=n.v", #"{"n":{"v":4}}"#)
        #expect(try answer["_rev"] != answer["_oldRev"])
    }

    @Test("DELETE takes no version: it removes newer data too [D, S]")
    func removal() throws {
        var server = try Server.withCollection()
        _ = try server.send("POST", "/_api/document/c", document(version: "5", x: 1))
        #expect(try server.send("DELETE", "/_api/document/c?versionAttribute=v", #"[{"_key":"a","v":1}]"#).elements.count == 1)
        #expect(server.stored("a") == nil)
    }

    @Test(
        "Servers before 3.12 ignore the parameter silently (ArangoDB.md section 3)",
        arguments: [("3.11.14", true), ("3.12.0", false), ("4.0.0", false)])
    func oldServer(version: String, isWritten: Bool) throws {
        var server = try Server.withCollection("{}", Configuration(version: version))
        _ = try server.send("POST", "/_api/document/c", document(version: "5", x: 1))
        let answer = try server.send("POST", "/_api/document/c?overwriteMode=update&versionAttribute=v", document(version: "4", x: 2))
        #expect((try answer["_rev"] != answer["_oldRev"]) == isWritten)
    }

    private func document(version: String?, x: Int) -> String {
        #"{"_key":"a",\#(version.map { "\"v\":\($0)," } ?? "")"x":\#(x)}"#
    }
}
