import Testing

@testable import ArangoEmulator

/// ArangoDB.md section 9 [D, S, P]: no 401 was ever recorded.
@Suite("Authentication")
struct AccessTests {
    private let locked = Configuration(password: "secret", sessionLifetime: .seconds(60))

    @Test("Without a password nobody is asked, and logging in does not exist: 404 [D]")
    func off() throws {
        var server = Server()
        #expect(try server.send("GET", "/_api/version").status == 200)
        #expect(try server.send("POST", "/_open/auth", #"{"username":"root","password":""}"#).status == 404)
    }

    @Test(
        "Basic credentials open the door, anything else is 401/11 [P]",
        arguments: [
            ("Basic cm9vdDpzZWNyZXQ=", "200/0"), ("basic cm9vdDpzZWNyZXQ=", "200/0"), ("Basic cm9vdDp3cm9uZw==", "401/11"),
            ("Basic dXNlcjpzZWNyZXQ=", "401/11"), ("Basic", "401/11"), ("Basic ????", "401/11"), ("Bearer nonsense", "401/11"),
            ("", "401/11"),
        ])
    func basic(authorization: String, expected: String) throws {
        var server = Server(locked)
        #expect(try server.send("GET", "/_api/version", headers: [("authorization", authorization)]).error == expected)
    }

    @Test("Availability needs no authentication [D]")
    func availability() throws {
        var server = Server(locked)
        #expect(try server.send("GET", "/_admin/server/availability")["mode"] == "default")
        #expect(try server.send("GET", "/_admin/status").error == "401/11")
    }

    @Test("A session token is good until the time in its exp claim, then 401/11 [D, P]")
    func session() throws {
        var server = Server(locked)
        let token = try #require(try server.send("POST", "/_open/auth", #"{"username":"root","password":"secret"}"#)["jwt"]?.string)
        let parts = token.split(separator: ".")
        try #require(parts.count == 3)
        let payload = try JSONParser.parse(Base64.decode(parts[1]))
        #expect(payload.object?["exp"]?.int == Int(server.now / 1000) + 60)
        let bearer = [(name: "authorization", value: "bearer \(token)")]
        server.now += 59_999
        #expect(try server.send("GET", "/_api/version", headers: bearer).status == 200)
        server.now += 1
        #expect(try server.send("GET", "/_api/version", headers: bearer).error == "401/11")
    }

    @Test(
        "Logging in wrongly is 401/401, malformed 400/400 [S]",
        arguments: [
            (#"{"username":"root","password":"wrong"}"#, "401/401", "Wrong credentials"),
            (#"{"username":"root"}"#, "400/400", "invalid JSON"),
            ("nonsense", "400/400", "invalid JSON"),
        ])
    func wrongLogin(body: String, error: String, message: String) throws {
        var server = Server(locked)
        let answer = try server.send("POST", "/_open/auth", body)
        #expect(try answer.error == error)
        #expect(try answer["errorMessage"] == .string(message))
    }

    @Test("An access token stands in for the password until it ends [D]")
    func accessToken() throws {
        var server = Server(locked)
        let root = [(name: "authorization", value: "Basic cm9vdDpzZWNyZXQ=")]
        let body = #"{"name":"t","valid_until":\#(server.now / 1000 + 10)}"#
        let secret = try #require(try server.send("POST", "/_api/token/root", body, headers: root)["token"]?.string)
        let login = #"{"username":"root","password":"\#(secret)"}"#
        #expect(try server.send("POST", "/_open/auth", login).status == 200)
        #expect(try server.send("DELETE", "/_api/token/root/2", headers: root).status == 404)
        server.now += 10_000
        #expect(try server.send("POST", "/_open/auth", login).error == "401/401")
        #expect(try server.send("GET", "/_api/token/root", headers: root)["tokens"]?.array?.first?.object?["active"] == false)
        #expect(try server.send("DELETE", "/_api/token/root/1", headers: root).status == 200)
        #expect(try server.send("GET", "/_api/token/root", headers: root)["tokens"] == [])
    }

    /// `reader` may read the collection `c` and nothing else.
    private func serverWithReader() throws -> Server {
        var server = Server(locked)
        for (method, path, body, status) in [
            ("POST", "/_api/collection", #"{"name":"c"}"#, 200), ("POST", "/_api/user", #"{"user":"reader","passwd":"r"}"#, 201),
            ("PUT", "/_api/user/reader/database/_system/c", #"{"grant":"ro"}"#, 200),
        ] {
            #expect(try server.send(method, path, body, headers: root).status == status)
        }
        return server
    }

    private let root = [(name: "authorization", value: "Basic cm9vdDpzZWNyZXQ=")]
    private let reader = [(name: "authorization", value: "Basic cmVhZGVyOnI=")]

    @Test("The level of access is told to root and to the user it is about (arangod/RestHandler/RestUsersHandler.cpp [S])")
    func accessLevel() throws {
        var server = try serverWithReader()
        let place = "/_api/user/reader/database/_system/c"
        for asker in [root, reader] {
            let answer = try server.send("GET", place, headers: asker)
            #expect(answer.text == #"{"error":false,"code":200,"result":"ro"}"#)
        }
        #expect(try server.send("GET", "/_api/user/root/database/_system/c", headers: root)["result"] == "rw")
        #expect(try server.send("GET", "/_api/user/root/database/_system/c", headers: reader).error == "403/403")
        #expect(try server.send("GET", "/_api/user/nobody/database/_system/c", headers: root)["result"] == "none")
        #expect(try server.send("PUT", place, #"{"grant":"rw"}"#, headers: reader).error == "403/11")
        #expect(try server.send("PUT", place, #"{"grant":"all"}"#, headers: root).error == "400/10")
        #expect(try server.send("PUT", "/_api/user/nobody/database/_system/c", #"{"grant":"rw"}"#, headers: root).error == "404/1703")
        #expect(try server.send("PUT", place, #"{"grant":"rw"}"#, headers: root).text == #"{"_system/c":"rw","error":false,"code":200}"#)
    }

    @Test("Who may only read gets 403/1004 for a write, an empty one too, and who may nothing 403/11 (checkCollectionPermission [S])")
    func enforced() throws {
        var server = try serverWithReader()
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#, headers: reader).error == "403/1004")
        #expect(try server.send("DELETE", "/_api/document/c", "[]", headers: reader).error == "403/1004")
        #expect(try server.send("POST", "/_api/import?collection=c", "{}", headers: reader).error == "403/1004")
        #expect(try server.send("PUT", "/_api/document/c?onlyget=true", "[]", headers: reader).status == 200)
        #expect(try server.send("GET", "/_api/document/c/a", headers: reader).error == "404/1202")
        #expect(try server.send("POST", "/_api/document/other", "{}", headers: reader).error == "403/11")
        #expect(try server.send("POST", "/_api/document/c", #"{"_key":"a"}"#, headers: root).status == 202)
    }

    @Test(
        "Base64 for tokens is the URL-safe alphabet without padding (RFC 4648 section 10)",
        arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar", "\u{7f}\u{3f}\u{3e}"])
    func base64(text: String) {
        let encoded = Base64.encodeForURL(Array(text.utf8))
        #expect(encoded.utf8.count == (text.utf8.count * 8 + 5) / 6)
        #expect(Base64.decode(encoded) == Array(text.utf8))
    }
}
