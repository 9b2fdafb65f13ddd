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

    @Test("An access token names its user, so the name may be left out; another user's is none [D; without a name: P]")
    func accessTokenWithoutName() throws {
        var server = Server(locked)
        let root = [(name: "authorization", value: "Basic cm9vdDpzZWNyZXQ=")]
        let secret = try #require(try server.send("POST", "/_api/token/root", #"{"name":"t"}"#, headers: root)["token"]?.string)
        func header(_ user: String) -> [(name: String, value: String)] {
            [("authorization", "Basic " + Base64.encodeForURL(Array("\(user):\(secret)".utf8)))]
        }
        #expect(try server.send("GET", "/_api/version", headers: header("root")).status == 200)
        #expect(try server.send("GET", "/_api/version", headers: header("")).status == 200)
        #expect(try server.send("GET", "/_api/version", headers: header("other")).error == "401/11")
        // Only a JSON Web Token goes out as bearer.
        #expect(try server.send("GET", "/_api/version", headers: [("authorization", "bearer \(secret)")]).error == "401/11")
        #expect(try server.send("POST", "/_api/token/root", #"{"name":"t"}"#, headers: root).status == 409)
        #expect(try server.send("GET", "/_api/token/nobody", headers: root).error == "404/1703")
    }

    @Test(
        "A token that the servers' secret signs and that names no user may do everything (`CommTask` [S]); any other secret is 401/11",
        arguments: [("servers", 200), ("other", 401)])
    func superuser(secret: String, status: Int) throws {
        var server = Server(Configuration(password: "secret", tokenSecret: "servers"))
        let exp = Int(server.now / 1000) + 10
        let token = TokenSignature(secret: Array(secret.utf8)).token(["iss": "arangodb", "server_id": "client", "exp": .int(exp)])
        let bearer = [(name: "authorization", value: "bearer \(token)")]
        #expect(try server.send("POST", "/_api/database", #"{"name":"d"}"#, headers: bearer).status == (status == 200 ? 201 : status))
        server.now += 10_000
        #expect(try server.send("GET", "/_api/version", headers: bearer).error == "401/11")
    }

    @Test(
        "SHA-256 and HMAC (FIPS 180-4 examples; RFC 4231 test case 2)",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func digest(message: String, expected: String) {
        func hex(_ bytes: [UInt8]) -> String { bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
        #expect(hex(SHA256.digest(Array(message.utf8))) == expected)
        let code = SHA256.authentication(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(hex(code) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
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
