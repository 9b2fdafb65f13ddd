import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 9: `arangod/RestHandler/RestUsersHandler.cpp`, `arangod/Auth/User.cpp` [S], the Python drivers' tests [P].
@Suite("Users and their grants")
struct UserTests {
    private static func server() throws -> Server {
        var server = Server(Configuration(password: "secret"))
        for (method, path, body) in [
            ("POST", "/_api/collection", #"{"name":"c"}"#), ("POST", "/_api/user", #"{"user":"reader","passwd":"r","extra":{"a":1}}"#),
            ("PUT", "/_api/user/reader/database/_system/c", #"{"grant":"ro"}"#),
            ("PUT", "/_api/user/reader/database/_system", #"{"grant":"ro"}"#),
        ] {
            #expect((200...201).contains(try server.send(method, path, body, headers: root).status))
        }
        return server
    }

    private static let root = [(name: "authorization", value: "Basic cm9vdDpzZWNyZXQ=")]
    private let root = Self.root
    private let reader = [(name: "authorization", value: "Basic cmVhZGVyOnI=")]

    @Test("Users are created, changed, asked for their password and removed; who is missing is 404/1703, who is there twice 409/1702")
    func management() throws {
        var server = try Self.server()
        #expect(
            try server.send("GET", "/_api/user/reader", headers: reader).text
                == #"{"user":"reader","active":true,"extra":{"a":1},"error":false,"code":200}"#)
        #expect(try server.send("GET", "/_api/user", headers: root)["result"]?.array?.count == 2)
        #expect(try server.send("GET", "/_api/user", headers: reader).error == "403/403")
        #expect(try server.send("GET", "/_api/user/root", headers: reader).error == "403/403")
        #expect(try server.send("POST", "/_api/user", #"{"user":"reader"}"#, headers: root).error == "409/1702")
        #expect(try server.send("POST", "/_api/user", #"{"user":"x"}"#, headers: reader).error == "403/11")
        #expect(try server.send("POST", "/_api/user", #"{"user":""}"#, headers: root).error == "400/1700")
        #expect(try server.send("PATCH", "/_api/user/reader", #"{"extra":{"b":2}}"#, headers: reader)["extra"] == ["a": 1, "b": 2])
        #expect(try server.send("PUT", "/_api/user/reader", #"{"passwd":"r"}"#, headers: root)["extra"] == [:])
        #expect(try server.send("PATCH", "/_api/user/nobody", "{}", headers: root).error == "404/1703")
        #expect(try server.send("POST", "/_api/user/reader", #"{"passwd":"r"}"#, headers: root)["result"] == true)
        #expect(try server.send("POST", "/_api/user/reader", #"{"passwd":"x"}"#, headers: root).error == "404/1703")
        #expect(try server.send("DELETE", "/_api/user/reader", headers: reader).error == "403/11")
        #expect(try server.send("DELETE", "/_api/user/reader", headers: root).text == #"{"error":false,"code":202}"#)
        #expect(try server.send("DELETE", "/_api/user/reader", headers: root).error == "404/1703")
        #expect(try server.send("GET", "/_api/version", headers: reader).error == "401/11")
    }

    @Test("Who is not active may not log in; a changed password counts at once")
    func inactive() throws {
        var server = try Self.server()
        _ = try server.send("PATCH", "/_api/user/reader", #"{"active":false}"#, headers: root)
        #expect(try server.send("GET", "/_api/version", headers: reader).error == "401/11")
        #expect(try server.send("POST", "/_open/auth", #"{"username":"reader","password":"r"}"#).error == "401/401")
        _ = try server.send("PATCH", "/_api/user/reader", #"{"active":true,"passwd":"new"}"#, headers: root)
        #expect(try server.send("GET", "/_api/version", headers: reader).error == "401/11")
        #expect(try server.send("POST", "/_open/auth", #"{"username":"reader","password":"new"}"#).status == 200)
    }

    @Test("The level of access is told to administrators and to the user it is about")
    func accessLevel() throws {
        var server = try Self.server()
        let path = "/_api/user/reader/database/_system/c"
        for asker in [root, reader] {
            #expect(try server.send("GET", path, headers: asker).text == #"{"error":false,"code":200,"result":"ro"}"#)
        }
        #expect(try server.send("GET", "/_api/user/root/database/_system/c", headers: root)["result"] == "rw")
        #expect(try server.send("GET", "/_api/user/root/database/_system/c", headers: reader).error == "403/403")
        #expect(try server.send("GET", "/_api/user/nobody/database/_system/c", headers: root)["result"] == "none")
        #expect(try server.send("GET", "/_api/user/reader/database", headers: reader)["result"] == ["_system": "ro"])
        #expect(try server.send("GET", "\(path)?configured=true", headers: reader)["result"] == "ro")
        let full = try server.send("GET", "/_api/user/reader/database?full=true", headers: root)["result"]?.object
        #expect(full?["_system"]?.object?["permission"] == "ro")
        #expect(full?["_system"]?.object?["collections"]?.object?["c"] == "ro")
        #expect(full?["_system"]?.object?["collections"]?.object?["_graphs"] == "undefined")
        #expect(full?["*"] == ["permission": "none"])
    }

    @Test("Grants are given and taken back by administrators, within the bounds of arangod/Auth/User.cpp")
    func grants() throws {
        var server = try Self.server()
        let path = "/_api/user/reader/database/_system/c"
        #expect(try server.send("PUT", path, #"{"grant":"rw"}"#, headers: reader).error == "403/11")
        #expect(try server.send("PUT", path, #"{"grant":"all"}"#, headers: root).error == "400/10")
        #expect(try server.send("PUT", "/_api/user/nobody/database/_system/c", #"{"grant":"rw"}"#, headers: root).error == "404/1703")
        #expect(try server.send("PUT", "/_api/user/reader/database/_system/x", #"{"grant":"rw"}"#, headers: root).error == "404/1203")
        #expect(try server.send("PUT", "/_api/user/reader/database/x/c", #"{"grant":"rw"}"#, headers: root).error == "404/1228")
        #expect(try server.send("PUT", "/_api/user/reader/database/_system/_jobs", #"{"grant":"rw"}"#, headers: root).error == "400/10")
        #expect(try server.send("PUT", "/_api/user/root/database/_system", #"{"grant":"ro"}"#, headers: root).error == "403/11")
        #expect(try server.send("PUT", path, #"{"grant":"rw"}"#, headers: root).text == #"{"_system/c":"rw","error":false,"code":200}"#)
        #expect(try server.send("DELETE", path, headers: root).text == #"{"error":false,"code":202}"#)
        #expect(try server.send("GET", path, headers: root)["result"] == "ro")
        _ = try server.send("DELETE", "/_api/user/reader/database/_system", headers: root)
        #expect(try server.send("GET", path, headers: reader)["result"] == "none")
    }

    @Test("A collection takes the best of its database's, the wildcard's and _system's grants, unless it has one of its own [S]")
    func fallbacks() {
        var grants = Grants()
        grants.grant(.ro, database: "d", collection: nil)
        #expect(grants.level(database: "d", collection: "c") == .ro)
        grants.grant(.rw, database: "d", collection: "*")
        #expect(grants.level(database: "d", collection: "c") == .rw)
        grants.grant(.none, database: "d", collection: "c")
        #expect(grants.level(database: "d", collection: "c") == .none)
        #expect(grants.level(database: "e") == .none)
        grants.grant(.ro, database: "*", collection: nil)
        #expect(grants.level(database: "e") == .ro)
        grants.grant(.rw, database: "_system", collection: nil)
        #expect(grants.level(database: "e") == .rw)
        #expect(grants.level(database: "d") == .ro)
        #expect(grants.level(database: "_system", collection: "_users") == .none)
        var alone = Grants()
        alone.grant(.rw, database: "d", collection: "c")
        #expect(alone.level(database: "d", collection: "c") == .rw)
        #expect(alone.level(database: "d") == .none)
    }
}
