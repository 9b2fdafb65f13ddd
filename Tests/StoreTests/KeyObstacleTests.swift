import ArangoEmulator
import Messages
import Settings
import Testing

@testable import Store

/// A cluster with the database `companies` and a collection of this definition; its store.
private func withCollection(_ definition: String, _ body: (ArangoEmulator, DocumentStore) async throws -> Void) async throws {
    let server = try await ArangoEmulator.start(Configuration(coordinators: 2))
    server.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
    #expect(server.perform("POST", "/_db/companies/_api/collection", body: definition).status == 200)
    let store = try DocumentStore(settings: .testing(server.url))
    try await body(server, store)
    await store.close()
    await server.stop()
}

private func plan(_ kind: ProvisionPlan.Kind = .documents) -> ProvisionPlan {
    ProvisionPlan(collections: [ProvisionPlan.Collection(name: "companies", kind)], needsVersions: true)
}

@Suite("Collections that do not take Warren's keys (against the emulator)") struct KeyObstacleTests {
    @Test(
        "They are found by their properties, before a message meets them: 1466, 1222, 4003",
        arguments: [
            (#"{"name":"companies","shardKeys":["country"]}"#, KeyObstacle.sharded(by: ["country"]), 1466),
            (#"{"name":"companies","shardKeys":["country","_key"]}"#, .sharded(by: ["country", "_key"]), 1466),
            (#"{"name":"companies","keyOptions":{"allowUserKeys":false}}"#, .generated, 1222),
            (#"{"name":"companies","isSmart":true,"smartGraphAttribute":"region"}"#, .prefixed(by: "region"), 4003),
        ])
    func found(definition: String, obstacle: KeyObstacle, errorNum: Int) async throws {
        try await withCollection(definition) { _, store in
            #expect(await store.missing(plan()) == [.refusesKeys(collection: "companies", obstacle)])
            // That is what a message would meet.
            let outcome = await store.write(writeBatch("a"))
            #expect(outcome.failure?.fault.errorNum == errorNum)
            #expect("\(MissingPrerequisite.refusesKeys(collection: "companies", obstacle))".contains("errorNum \(errorNum)"))
            // Provisioning does not say that all is well.
            #expect((await store.provision(plan()).failure == nil) == !obstacle.isCertain)
        }
    }

    @Test(
        "Others take them",
        arguments: [
            #"{"name":"companies"}"#, #"{"name":"companies","shardKeys":["_key"],"numberOfShards":3}"#,
            #"{"name":"companies","keyOptions":{"allowUserKeys":true,"type":"padded"}}"#,
        ])
    func fit(definition: String) async throws {
        try await withCollection(definition) { _, store in
            #expect(await store.missing(plan()) == [])
            #expect(await store.write(writeBatch("a")) == .success([.written]))
        }
    }

    @Test("Edges of a SmartGraph have keys of the server's own") func smartEdges() async throws {
        try await withCollection(#"{"name":"companies","type":3,"isSmart":true,"smartGraphAttribute":"region"}"#) { _, store in
            #expect(await store.missing(plan(.edges)) == [.refusesKeys(collection: "companies", .smartEdges)])
        }
    }

    @Test("A collection of the wrong type is told as that alone") func wrongType() async throws {
        try await withCollection(#"{"name":"companies","type":3,"keyOptions":{"allowUserKeys":false}}"#) { _, store in
            #expect(await store.missing(plan()) == [.notADocumentCollection("companies")])
        }
    }
}
