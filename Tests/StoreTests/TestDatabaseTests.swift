import ArangoEmulator
import TestDatabase
import Testing

/// What all tests with a database rely on when they share a server.
@Suite("A database of a test's own")
struct TestDatabaseTests {
    private func withServer(_ body: (ServerAddress) async throws -> Void) async throws {
        let emulator = try await ArangoEmulator.start(Configuration(password: "geheim"))
        var server = try ServerAddress(emulator.url)
        server.password = "geheim"
        try await body(server)
        await emulator.stop()
    }

    @Test("It goes with the last reference, and so do the users that were made for it")
    func gone() async throws {
        try await withServer { server in
            let client = DatabaseClient(server)
            let names = { [client.perform("GET", "/_api/database").body, client.perform("GET", "/_api/user").body].joined() }
            var database: TestDatabase? = try await TestDatabase.make(on: server)
            let name = try #require(database?.name)
            let user = try #require(database?.makeUser(password: "u"))
            #expect(database?.create() == true)
            #expect(database?.grant("rw", to: user) == true)
            #expect(names().contains(name) && names().contains(user))
            database = nil
            #expect(!names().contains(name))
        }
    }

    @Test("Two on one server have faults, requests and documents of their own")
    func sideBySide() async throws {
        try await withServer { server in
            let first = try await TestDatabase.make(on: server), second = try await TestDatabase.make(on: server)
            for database in [first, second] {
                #expect(database.create())
                #expect(database.perform("POST", "/_api/collection", body: #"{"name":"c"}"#).status == 200)
            }
            #expect(first.perform("POST", "/_api/document/c", body: #"{"_key":"a","n":1}"#).status == 202)
            #expect(first.document("a", of: "c") == #"{"n":1}"# && second.document("a", of: "c") == nil)
            first.inject(InjectedFault(.answer(status: 503, errorNum: 503, message: "away")))
            for (database, status) in [(first, 503), (second, 200)] {
                let address = try ServerAddress(
                    database.url.replacing("http://", with: "http://\(database.username):\(database.password)@"))
                #expect(DatabaseClient(address).perform("GET", "/_db/\(database.name)/_api/collection/c/count").status == status)
                #expect(database.counters.requests == 1 && database.recentRequests.count == 1)
            }
            #expect(first.count(of: "c") == 1, "the administrator asks past the faults")
        }
    }
}
