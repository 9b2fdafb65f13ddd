import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 9. Nothing of it was ever recorded: it follows `arangod/Auth/User.cpp`, `CommTask::canAccessPath` and
/// `TransactionState::checkCollectionPermission` [S]. The order of checks is untried.
@Suite("Rights")
struct RightsTests {
    /// `reader` may enter the database `d` and read its collection `c`; `writer` may write `c` there; `owner` administers `d`; `alone` has a
    /// grant for the collection and none for its database.
    private struct Guarded {
        var server: Server

        init(_ configuration: Configuration = Configuration(password: "secret")) throws {
            server = Server(configuration)
            for (method, path, body) in [
                ("POST", "/_api/database", #"{"name":"d","users":[{"username":"owner","passwd":"owner"}]}"#),
                ("POST", "/_db/d/_api/collection", #"{"name":"c"}"#), ("POST", "/_db/d/_api/collection", #"{"name":"other"}"#),
                ("POST", "/_api/user", #"{"user":"reader","passwd":"reader"}"#),
                ("POST", "/_api/user", #"{"user":"writer","passwd":"writer"}"#),
                ("POST", "/_api/user", #"{"user":"alone","passwd":"alone"}"#),
                ("PUT", "/_api/user/reader/database/d", #"{"grant":"ro"}"#),
                ("PUT", "/_api/user/reader/database/d/other", #"{"grant":"none"}"#),
                ("PUT", "/_api/user/writer/database/d", #"{"grant":"ro"}"#), ("PUT", "/_api/user/writer/database/d/c", #"{"grant":"rw"}"#),
                ("PUT", "/_api/user/alone/database/d/c", #"{"grant":"rw"}"#),
            ] {
                #expect((200...201).contains(try ask("root", method, path, body).status), "\(path)")
            }
        }

        mutating func ask(_ user: String, _ method: String, _ path: String, _ body: String = "") throws -> Answer {
            let secret = user == "root" ? "secret" : user
            let header = "Basic " + Base64.encodeForURL(Array("\(user):\(secret)".utf8))
            return try server.send(method, path, body, headers: [("authorization", header)])
        }
    }

    @Test(
        "A database that is unknown or forbidden to the user is 401/11, for any call; an administrator is told 404/1228 [S, P]",
        arguments: ["/_api/database/current", "/_api/collection", "/_api/version", "/_api/document/c/a"])
    func database(path: String) throws {
        var guarded = try Guarded()
        for (user, database, expected) in [
            ("reader", "nowhere", "401/11"), ("reader", "_system", "401/11"), ("alone", "d", "401/11"), ("root", "nowhere", "404/1228"),
        ] {
            #expect(try guarded.ask(user, "GET", "/_db/\(database)\(path)").error == expected, "\(user) in \(database)")
        }
        let login = #"{"username":"root","password":"secret"}"#
        #expect(try guarded.server.send("POST", "/_db/nowhere/_open/auth", login).error == "401/11")
        #expect(try guarded.server.send("POST", "/_db/d/_open/auth", login).status == 200)
    }

    @Test(
        "Documents: without a grant 403/11, with ro 403/1004 for a write, an empty one too [S checkCollectionPermission]",
        arguments: [
            ("reader", "POST", "/_api/document/c", #"{"_key":"a"}"#, "403/1004"),
            ("reader", "DELETE", "/_api/document/c", "[]", "403/1004"),
            ("reader", "POST", "/_api/import?collection=c", "{}", "403/1004"),
            ("reader", "PUT", "/_api/collection/c/truncate", "", "403/1004"),
            ("reader", "PUT", "/_api/document/c?onlyget=true", "[]", "200/0"), ("reader", "GET", "/_api/document/c/a", "", "404/1202"),
            ("reader", "POST", "/_api/document/other", "{}", "403/11"), ("reader", "GET", "/_api/document/other/a", "", "403/11"),
            ("reader", "GET", "/_api/collection/other/count", "", "403/11"),
            ("writer", "POST", "/_api/document/c", #"{"_key":"a"}"#, "202/0"),
            ("writer", "POST", "/_api/document/other", "{}", "403/1004"), ("writer", "GET", "/_api/document/other/a", "", "404/1202"),
            ("owner", "POST", "/_api/document/other", "{}", "202/0"), ("reader", "POST", "/_api/document/nowhere", "{}", "404/1203"),
            (
                "reader", "POST", "/_api/cursor",
                #"{"query":"FOR d IN @@collection COLLECT WITH COUNT INTO n RETURN n","bindVars":{"@collection":"other"}}"#, "403/11"
            ),
        ])
    func documents(user: String, method: String, path: String, body: String, expected: String) throws {
        var guarded = try Guarded()
        #expect(try guarded.ask(user, method, "/_db/d\(path)", body).error == expected)
    }

    @Test("The message of a write with ro is the source's, so that one collection can be told from a server that takes no writes [S]")
    func message() throws {
        var guarded = try Guarded()
        let answer = try guarded.ask("writer", "POST", "/_db/d/_api/document/other", "{}")
        #expect(try answer["errorMessage"] == "read only: other [write]")
    }

    @Test(
        "Collections, indexes and graphs need rw on the database, and on the collection that is changed: 403/11 [S]",
        arguments: [
            ("POST", "/_api/collection", #"{"name":"new"}"#), ("DELETE", "/_api/collection/c", ""),
            ("PUT", "/_api/collection/c/rename", #"{"name":"new"}"#),
            ("POST", "/_api/index?collection=c", #"{"type":"persistent","fields":["x"]}"#), ("POST", "/_api/gharial", #"{"name":"g"}"#),
        ])
    func definitions(method: String, path: String, body: String) throws {
        var guarded = try Guarded()
        #expect(try guarded.ask("writer", method, "/_db/d\(path)", body).error == "403/11")
        #expect((200...202).contains(try guarded.ask("owner", method, "/_db/d\(path)", body).status))
    }

    @Test("Lists leave out what the user may not see [S, P]")
    func lists() throws {
        var guarded = try Guarded()
        let names = try guarded.ask("reader", "GET", "/_db/d/_api/collection?excludeSystem=true")["result"]?.array ?? []
        #expect(names.compactMap { $0.object?["name"]?.string } == ["c"])
        #expect(try guarded.ask("reader", "GET", "/_db/d/_api/database/user")["result"] == ["d"])
        #expect(try guarded.ask("reader", "GET", "/_db/d/_api/database").error == "403/1230")
        #expect(try guarded.ask("owner", "POST", "/_api/database", #"{"name":"e"}"#).error == "401/11")
    }

    @Test(
        "A hardened server tells the version to administrators only, and its status too; the others get 200 without version, and 403/11 [S, D]"
    )
    func hardened() throws {
        var guarded = try Guarded(Configuration(password: "secret", isHardened: true))
        let version = try guarded.ask("writer", "GET", "/_db/d/_api/version?details=true")
        #expect(version.status == 200)
        #expect(try version["server"] == "arango")
        #expect(try version["version"] == nil)
        #expect(try version["details"] == nil)
        #expect(try guarded.ask("writer", "GET", "/_db/d/_admin/status").error == "403/11")
        #expect(try guarded.ask("writer", "GET", "/_db/d/_api/engine").status == 200)
        #expect(try guarded.ask("root", "GET", "/_db/d/_api/version")["version"] == "3.12.10")
        #expect(try guarded.ask("root", "GET", "/_admin/status").status == 200)
    }

    @Test("A server in read-only mode refuses every write with 403/1004, root's too; only administrators change the mode [D]")
    func readOnlyMode() throws {
        var guarded = try Guarded()
        #expect(try guarded.ask("writer", "PUT", "/_db/d/_admin/server/mode", #"{"mode":"readonly"}"#).error == "403/11")
        #expect(try guarded.ask("root", "PUT", "/_admin/server/mode", #"{"mode":"readonly"}"#)["mode"] == "readonly")
        for (user, method, path) in [
            ("root", "POST", "/_db/d/_api/document/c"), ("writer", "POST", "/_db/d/_api/document/c"),
            ("root", "POST", "/_db/d/_api/collection"),
            ("root", "DELETE", "/_db/d/_api/collection/c"),
        ] {
            #expect(try guarded.ask(user, method, path, "{}").error == "403/1004")
        }
        #expect(try guarded.ask("writer", "GET", "/_db/d/_api/document/c/a").error == "404/1202")
        #expect(try guarded.server.send("GET", "/_admin/server/availability")["mode"] == "readonly")
        _ = try guarded.ask("root", "PUT", "/_admin/server/mode", #"{"mode":"default"}"#)
        #expect(try guarded.ask("writer", "POST", "/_db/d/_api/document/c", "{}").status == 202)
    }
}
