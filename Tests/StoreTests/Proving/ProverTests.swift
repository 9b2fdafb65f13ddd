import ArangoEmulator
import Messages
import Settings
import Testing

@testable import Store

/// A server with the database and the collection `companies`, and a user `warren` with these rights.
private func withServer(
    _ configuration: Configuration = Configuration(), rights: [(String, String)]? = nil,
    _ body: (ArangoEmulator, ArangoDBSettings) async throws -> Void
) async throws {
    var configuration = configuration
    configuration.expiryInterval = .milliseconds(20)
    if rights != nil { configuration.password = "secret" }
    let server = try await ArangoEmulator.start(configuration)
    server.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
    server.perform("POST", "/_db/companies/_api/collection", body: #"{"name":"companies"}"#)
    server.perform("POST", "/_api/user", body: #"{"user":"warren","passwd":"w"}"#)
    for (place, level) in rights ?? [] {
        let answer = server.perform("PUT", "/_api/user/warren/database/\(place)", body: #"{"grant":"\#(level)"}"#)
        #expect(answer.status == 200)
    }
    try await body(
        server,
        .testing(server.url) { settings in
            settings.endpoints = server.urls
            settings.timeout = .seconds(5)
            if rights != nil { (settings.username, settings.password) = ("warren", Secret("w")) }
        })
    await server.stop()
}

private let some = [("companies", "ro"), ("companies/companies", "rw")], whole = [("companies", "rw")]

@Suite("The proof of what Warren's promise rests on (against the emulator)")
struct ProverTests {
    @Test(
        "Everything is proven, and nothing is left, of a server that is as assumed",
        arguments: [
            Configuration(), Configuration(coordinators: 3), Configuration(tellsMessages: false), Configuration(role: .coordinator),
            Configuration(version: "3.12.4"),
        ])
    func proven(configuration: Configuration) async throws {
        try await withServer(configuration) { server, settings in
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.unproven == [])
            #expect(rows.names(.proven).count == rows.count, "each has a name of its own")
            #expect(server.collections == ["companies"])
            #expect(server.documents(of: "companies", in: "companies") == [:])
            for number in server.urls.indices { #expect(rows.contains { $0.name == "coordinator-\(number + 1)" }) }
        }
    }

    @Test("A hardened server proves everything to an ordinary user who may create collections")
    func hardened() async throws {
        try await withServer(Configuration(isHardened: true), rights: whole) { _, settings in
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.unproven == [])
        }
    }

    @Test("What the rights do not allow is not proven, with the grant; the rights that are there are") func restricted() async throws {
        try await withServer(Configuration(isHardened: true), rights: some) { server, settings in
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.names(.failed) == [])
            #expect(rows.names(.proven) == ["query-version", "rights-companies", "rights-own", "cleanup"])
            for row in rows.unproven {
                #expect(row.grant == #"as root: PUT /_api/user/warren/database/companies with {"grant":"rw"}"#)
                #expect(row.answer.contains("errorNum 11"))
            }
            #expect(server.collections == ["companies"])
        }
    }

    @Test("To a user who may only read the collection, both grants are named") func readOnly() async throws {
        try await withServer(rights: [("companies", "ro"), ("companies/companies", "ro")]) { _, settings in
            let row = try #require(try await Prover.testing(settings).prove().first { $0.name == "rights-companies" })
            #expect(row.verdict == .notProven && row.answer.contains("1004"))
            #expect(
                row.grant == #"as root: PUT /_api/user/warren/database/companies with {"grant":"ro"}, "#
                    + #"and PUT /_api/user/warren/database/companies/companies with {"grant":"rw"}"#)
        }
    }

    @Test("A server in read-only mode proves nothing, and nothing of it fails") func readOnlyServer() async throws {
        try await withServer { server, settings in
            server.perform("PUT", "/_admin/server/mode", body: #"{"mode":"readonly"}"#)
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.names(.failed) == [] && rows.names(.proven).isSubset(of: ["query-version", "rights-own", "cleanup"]))
        }
    }

    @Test("A server that creates no collections for anybody fails that; the rest is open") func creation() async throws {
        try await withServer { server, settings in
            server.inject(
                InjectedFault(.answer(status: 500, errorNum: 9999, message: "m"), method: "POST", path: "/_api/collection"))
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.names(.failed) == ["collections"])
            #expect(rows.names(.proven) == ["query-version", "rights-companies", "rights-own", "cleanup"])
            #expect(server.collections == ["companies"])
        }
    }

    @Test("Without the database nothing is shown of what needs a collection") func noDatabase() async throws {
        try await withServer { _, settings in
            var settings = settings
            settings.database = "people"
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.names(.failed).isSubset(of: ["query-version", "rights-companies"]))
            #expect(rows.names(.notProven).isSuperset(of: ["collections", "version-many"]))
        }
    }

    @Test("A collection that is not there leaves its rights open") func missing() async throws {
        try await withServer { _, settings in
            let rows = try await Prover.testing(settings, ProvisionPlan.Collection(name: "people")).prove()
            #expect(rows.unproven.map(\.name) == ["rights-people"] && rows.names(.failed) == [])
        }
    }

    @Test("A coordinator that is away is not proven, and the others are") func absentCoordinator() async throws {
        try await withServer(Configuration(coordinators: 3)) { server, settings in
            await server.goAway(coordinator: 1)
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.unproven.map(\.name) == ["coordinator-2"] && rows.names(.failed) == [])
        }
    }

    @Test("A server that goes away meanwhile leaves the rest open, and says what is still there") func outage() async throws {
        try await withServer { server, settings in
            server.inject(InjectedFault(.drop, path: "/_api/document", skip: 40))
            server.inject(
                InjectedFault(.answer(status: 503, errorNum: 503, message: "stopping"), method: "DELETE", path: "/_api/collection"))
            let rows = try await Prover.testing(settings, patience: .zero).prove()
            #expect(rows.names(.failed) == ["cleanup"])
            #expect(!rows.names(.proven).isEmpty && rows.names(.notProven).count > 5)
            let cleanup = try #require(rows.last)
            for name in server.collections.subtracting(["companies"]) { #expect(cleanup.answer.contains("\(name) is still there")) }
        }
    }

    @Test("A document that has not expired in time shows nothing") func patience() async throws {
        var configuration = Configuration()
        configuration.expiryInterval = .seconds(3600)
        let server = try await ArangoEmulator.start(configuration)
        server.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
        server.perform("POST", "/_db/companies/_api/collection", body: #"{"name":"companies"}"#)
        let rows = try await Prover.testing(.testing(server.url), patience: .milliseconds(100)).prove()
        #expect(rows.unproven.map(\.name) == ["ttl-expiry"] && rows.names(.failed) == [])
        await server.stop()
    }

    @Test("Every key character that Warren lets pass is tried, at the front, at the end and alone") func keys() {
        let sandbox = Sandbox(settings: .testing("http://a"), names: SandboxNames(seconds: 1_764_521_826))
        #expect(KeyAssumptions.legal.count == 78)
        let body = KeyAssumptions.all(sandbox)[0].steps[0].call([]).map { String(decoding: $0.body, as: UTF8.self) }
        for byte in KeyAssumptions.legal {
            let letter = String(UnicodeScalar(byte))
            for key in [letter, "\(letter)key", "key\(letter)"] { #expect(body?.contains(#"{"_key":"\#(key)""#) == true, "\(key)") }
        }
    }
}
