import ArangoEmulator
import Messages
import Settings
import Testing

@testable import Store

/// Nobody knows what a real server answers to `RETURN VERSION()`; this is one that does not tell it.
private let silent = InjectedFault(.answer(status: 400, errorNum: 1540, message: "unknown function"), path: "/_api/cursor")

/// A hardened server, silent in AQL too, and a store of a user with these rights to the database.
private func withHiddenVersion(
    _ level: String, version: String = "3.12.10", guarded: ArangoDBSettings.VersionGuard = .probe,
    _ body: (ArangoEmulator, DocumentStore) async throws -> Void
) async throws {
    let server = try await ArangoEmulator.start(Configuration(password: "secret", version: version, isHardened: true))
    server.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
    server.perform("POST", "/_api/user", body: #"{"user":"warren","passwd":"w"}"#)
    server.perform("PUT", "/_api/user/warren/database/companies", body: #"{"grant":"\#(level)"}"#)
    server.inject(silent)
    let store = try DocumentStore(
        settings: .testing(server.url) { settings in
            (settings.username, settings.password, settings.versionGuard) = ("warren", Secret("w"), guarded)
        })
    try await body(server, store)
    #expect(server.collections == [])
    await store.close()
    await server.stop()
}

@Suite("The version guard of a server that hides its version (the emulator's mode)") struct VersionProofTests {
    @Test("A proof in a temporary collection comes before an assumption", arguments: ArangoDBSettings.VersionGuard.allCases)
    func proven(guarded: ArangoDBSettings.VersionGuard) async throws {
        try await withHiddenVersion("rw", guarded: guarded) { server, store in
            #expect(await store.versionGuard() == .success(.proven))
            #expect(await store.missing(ProvisionPlan(collections: [], needsVersions: true)) == [])
            let creations = { server.recentRequests.count { $0.method == "POST" && $0.target.hasSuffix("/_api/collection") } }
            #expect(creations() == 1, "what was seen holds")
            // Behind an address that comes back may be another server.
            await server.goAway()
            #expect(await store.versionGuard().failure?.kind == .outage)
            try await server.comeBack()
            #expect(await store.versionGuard() == .success(.proven))
            #expect(creations() == 2)
        }
    }

    @Test("What it was seen not to do is not promised, whatever is assumed", arguments: ArangoDBSettings.VersionGuard.allCases)
    func refuted(guarded: ArangoDBSettings.VersionGuard) async throws {
        try await withHiddenVersion("rw", version: "3.11.8", guarded: guarded) { _, store in
            guard case .success(.refuted(let fault)) = await store.versionGuard() else {
                Issue.record("not found out")
                return
            }
            #expect(fault.message.contains("instead of 2 × stale, 2 × written"))
            let missing = await store.missing(ProvisionPlan(collections: [], needsVersions: true))
            #expect(missing == [.ignoresVersions(fault)])
        }
    }

    @Test("Without the right to create a collection it stays open, or assumed; the advice names the right") func forbidden() async throws {
        try await withHiddenVersion("ro") { _, store in
            guard case .success(.unproven(let obstacle)) = await store.versionGuard() else {
                Issue.record("not open")
                return
            }
            #expect(obstacle.description.contains(#"PUT /_api/user/warren/database/companies with {"grant":"rw"}"#))
            #expect(obstacle.description.contains("temporary collections cannot be created"))
            #expect(obstacle.description.contains("unknown function"))
        }
        try await withHiddenVersion("ro", guarded: .assume) { _, store in #expect(await store.versionGuard() == .success(.assumed)) }
    }

    @Test("Who only looks creates nothing") func looking() async throws {
        try await withHiddenVersion("rw") { server, store in
            let examination = await store.examine(ProvisionPlan(collections: [], needsVersions: true))
            #expect(examination.databaseAccess == .readWrite)
            #expect(!server.recentRequests.contains { $0.method == "POST" && $0.target.hasSuffix("/_api/collection") })
        }
    }

    @Test("A server that tells its version is not written to") func told() async throws {
        let server = try await ArangoEmulator.start(Configuration())
        server.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
        let store = try DocumentStore(settings: .testing(server.url))
        #expect(await store.versionGuard() == .success(.honoured(ServerVersion(major: 3, minor: 12, patch: 10))))
        #expect(server.recentRequests.allSatisfy { $0.method == "GET" })
        await store.close()
        await server.stop()
    }

    @Test("What a crash in the middle of it has left, the next one removes") func leftovers() async throws {
        try await withHiddenVersion("rw") { server, store in
            let old = SandboxNames(seconds: await store.sandboxNames().seconds - 7200)
            server.perform("POST", "/_db/companies/_api/collection", body: #"{"name":"\#(old.documents)"}"#)
            #expect(await store.versionGuard() == .success(.proven))
        }
    }
}
