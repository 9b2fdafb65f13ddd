import ArangoEmulator
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// A server with sessions: the n-th login gives token `t<n>`, and only `valid` is accepted.
private func sessionServer(valid: @escaping @Sendable (String) -> Bool, login: @escaping @Sendable () -> ScriptedServer.Act) throws
    -> ScriptedServer
{
    try ScriptedServer { request in
        if request.path == "/_open/auth" { return login() }
        return valid(request.headers["authorization"] ?? "")
            ? .answer(202, accepted("a")) : .answer(401, #"{"code":401,"error":true,"errorMessage":"not authorized","errorNum":11}"#)
    }
}

private func jwtSettings(_ endpoint: String, change: (inout ArangoDBSettings) -> Void = { _ in }) -> ArangoDBSettings {
    .testing(endpoint) {
        $0.authentication = .jwt
        $0.username = "warren"
        $0.password = Secret(#"ge"heim"#)
        change(&$0)
    }
}

@Suite("Logging in")
struct LoginTests {
    @Test("Requests that need a session share one login, and use its token")
    func sharedLogin() async throws {
        let server = try sessionServer(valid: { $0 == "bearer t1" }, login: { .answer(200, #"{"jwt":"t1"}"#) })
        defer { server.stop() }
        let store = try DocumentStore(settings: jwtSettings(server.endpoint) { $0.connections = 4 })
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { #expect(await store.write(writeBatch("a")) == .success([.written])) } }
        }
        let logins = server.received.filter { $0.path == "/_open/auth" }
        #expect(logins.count == 1)
        #expect(logins.first?.headers["authorization"] == nil)
        let body = try #require(logins.first?.body)
        #expect(body.contains(#""username":"warren""#) && body.contains(#""password":"ge\"heim""#))
        await store.close()
    }

    @Test("A 401 leads to one more login and one more try, not to a third")
    func refresh() async throws {
        let server = try sessionServer(valid: { $0 == "bearer t2" }, login: { .answer(200, #"{"jwt":"t1"}"#) })
        defer { server.stop() }
        let store = try DocumentStore(settings: jwtSettings(server.endpoint))
        let failure = await store.write(writeBatch("a")).failure
        #expect(failure?.kind == .configuration)
        #expect(failure?.fault.errorNum == 11)
        #expect(server.received.map(\.path).filter { $0 == "/_open/auth" }.count == 2)
        #expect(server.received.count == 4)
        await store.close()
    }

    @Test("An expired session is replaced unnoticed")
    func expiry() async throws {
        let logins = Counter()
        let server = try sessionServer(
            valid: { $0 == "bearer t\(logins.value)" }, login: { .answer(200, #"{"jwt":"t\#(logins.next())"}"#) })
        defer { server.stop() }
        let store = try DocumentStore(settings: jwtSettings(server.endpoint))
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        // The server forgets its sessions.
        _ = logins.next()
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        #expect(server.received.map(\.path).filter { $0 == "/_open/auth" }.count == 2)
        await store.close()
    }

    @Test(
        "A login that fails says why, without the password",
        arguments: [
            (
                ScriptedServer.Act.answer(401, #"{"code":401,"error":true,"errorMessage":"Wrong credentials","errorNum":401}"#),
                FailureKind.configuration
            ),
            (.answer(404, #"{"code":404,"error":true,"errorMessage":"unknown path","errorNum":404}"#), .configuration),
            (.answer(503, ""), .outage), (.answer(500, ""), .outage), (.answer(200, "{}"), .configuration),
            (.answer(200, #"{"jwt":"a\r\nb"}"#), .configuration), (.bytes(""), .outage), (.stall, .outage),
        ])
    func failedLogin(act: ScriptedServer.Act, kind: FailureKind) async throws {
        let server = try ScriptedServer(act)
        defer { server.stop() }
        let store = try DocumentStore(settings: jwtSettings(server.endpoint) { if case .stall = act { $0.timeout = .seconds(2) } })
        let failure = try #require(await store.write(writeBatch("a")).failure)
        #expect(failure.kind == kind)
        #expect(!"\(failure)".contains("geheim") && !"\(failure)".contains("heim"))
        #expect(server.received.allSatisfy { $0.path == "/_open/auth" })
        await store.close()
    }

    @Test("A ready-made token is used as it is")
    func token() async throws {
        let server = try sessionServer(valid: { $0 == "bearer eyJhbGciOiJIUzI1NiJ9.e30.c2ln" }, login: { .answer(500, "") })
        defer { server.stop() }
        let store = try DocumentStore(settings: jwtSettings(server.endpoint) { $0.token = Secret("eyJhbGciOiJIUzI1NiJ9.e30.c2ln") })
        #expect(await store.write(writeBatch("a")) == .success([.written]))
        #expect(server.received.count == 1)
        await store.close()
    }

    @Test(
        "An access token logs in in the place of the password, and is never a bearer",
        arguments: [ArangoDBSettings.Authentication.basic, .jwt])
    func accessToken(authentication: ArangoDBSettings.Authentication) async throws {
        let server = try await TestDatabase.make()
        #expect(server.create())
        let tokens = "/_api/token/\(server.username)"
        let issued = server.performInSystem("POST", tokens, body: #"{"name":"\#(server.name)"}"#)
        let token = try #require(issued.body.firstMatch(of: /"token":"([^"]*)"/)?.1)
        let store = try DocumentStore(
            settings: .testing(server) {
                ($0.authentication, $0.password, $0.token) = (authentication, Secret("outdated"), Secret(String(token)))
            })
        #expect(await store.serverVersion().failure == nil)
        await store.close()
        let id = try #require(issued.body.firstMatch(of: /"id":([0-9]+)/)?.1)
        #expect(server.performInSystem("DELETE", "\(tokens)/\(id)").status == 200)
    }

    @Test("A wrong password is a matter of configuration, and is tried once")
    func wrongPassword() async throws {
        let server = try sessionServer(valid: { _ in false }, login: { .answer(500, "") })
        defer { server.stop() }
        let store = try DocumentStore(settings: .testing(server.endpoint) { $0.password = Secret("geheim") })
        let failure = try #require(await store.write(writeBatch("a")).failure)
        #expect(failure.kind == .configuration)
        #expect(!"\(failure)".contains("geheim"))
        #expect(server.received.count == 1)
        await store.close()
    }
}
