import ArangoEmulator
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// A store and a server that have a collection `companies`.
private func withCollection(
    timeout: Duration = .seconds(30), _ body: (TestDatabase, DocumentStore) async throws -> Void
) async throws {
    let server = try await TestDatabase.make()
    let store = try DocumentStore(settings: .testing(server) { ($0.timeout, $0.connections) = (timeout, 4) })
    let plan = ProvisionPlan(collections: [ProvisionPlan.Collection(name: "companies")], needsVersions: true)
    _ = try await store.provision(plan).get()
    try await body(server, store)
    await store.close()
}

private func batch(_ members: (key: String, members: String)..., to target: WriteTarget = .companies()) -> WriteBatch {
    WriteBatch(id: 1, target: target, writes: members.map { plannedWrite($0.key, in: target, members: $0.members) })
}

@Suite("Documents")
struct DocumentTests {
    @Test("A newer version is written, an older or equal one is stale, and each is told for itself")
    func versions() async throws {
        try await withCollection { server, store in
            let first = batch(("a", #""version":5,"x":1"#), ("b", #""version":5"#), ("c", #""version":5"#))
            #expect(await store.write(first) == .success([.written, .written, .written]))
            let second = batch(("a", #""version":4,"x":2"#), ("b", #""version":5"#), ("c", #""version":6"#))
            #expect(await store.write(second) == .success([.stale, .stale, .written]))
            #expect(
                await store.read(readBatch("a", "b", "c", "d"))
                    == .success([.found(version: 5), .found(version: 5), .found(version: 6), .missing]))
        }
    }

    @Test("Update merges and keeps nulls; replace does not merge; remove is done even where nothing is")
    func modes() async throws {
        try await withCollection { server, store in
            /// The document as it is, without what the server adds.
            func stored() -> StoredDocument? { server.document("a", of: "companies") }
            let update = WriteTarget.companies(version: nil)
            #expect(await store.write(batch(("a", #""o":{"x":1},"n":1"#), to: update)) == .success([.written]))
            #expect(await store.write(batch(("a", #""o":{"y":2},"n":null"#), to: update)) == .success([.written]))
            #expect(stored() == #"{"o":{"x":1,"y":2},"n":null}"#)
            #expect(await store.write(batch(("a", #""z":3"#), to: .companies(.replace, version: nil))) == .success([.written]))
            #expect(stored() == #"{"z":3}"#)
            let removal = WriteTarget.companies(.remove, version: nil)
            #expect(await store.write(writeBatch("a", "b", to: removal)) == .success([.written, .written]))
            #expect(stored() == nil)
        }
    }

    @Test("One document's failure is its own")
    func elementFailure() async throws {
        try await withCollection { server, store in
            server.inject(InjectedFault(.failElements(keys: ["b"], errorNum: 1200, message: "write-write conflict"), times: 1))
            let outcomes = try await store.write(writeBatch("a", "b", "c")).get()
            #expect(outcomes.map(\.kind) == [.written, .conflict, .written])
            #expect(await store.write(writeBatch("b")) == .success([.written]))
        }
    }

    @Test("A write whose answer is lost has an unknown outcome, although it was done")
    func lostReply() async throws {
        try await withCollection { server, store in
            server.inject(InjectedFault(.loseReply, times: 1))
            #expect(await store.write(batch(("a", #""version":1"#))).failure?.kind == .unknown)
            #expect(await store.read(readBatch("a")) == .success([.found(version: 1)]))
        }
    }

    @Test("While the server is away nothing is done; when it is back the same store works")
    func awayAndBack() async throws {
        try await withCollection { server, store in
            #expect(await store.write(writeBatch("a")) == .success([.written]))
            await server.goAway()
            // The kept connection may take one more request with it before its end is noticed.
            #expect(await store.write(writeBatch("b")).failure != nil)
            #expect(await store.write(writeBatch("b")).failure?.kind == .outage)
            try await server.comeBack()
            #expect(await store.write(writeBatch("b")) == .success([.written]))
        }
    }

    @Test("A missing collection or database is for the administrator")
    func missing() async throws {
        try await withCollection { server, store in
            let elsewhere = WriteTarget(collection: "nowhere", mode: .update, versionAttribute: nil)
            #expect(await store.write(writeBatch("a", to: elsewhere)).failure?.fault.errorNum == 1203)
            #expect(await store.write(writeBatch("a", to: elsewhere)).failure?.kind == .configuration)
            let other = try DocumentStore(settings: .testing(server) { $0.database = "nowhere" })
            #expect(await other.write(writeBatch("a")).failure?.fault.errorNum == 1228)
            #expect(await other.write(writeBatch("a")).failure?.kind == .configuration)
            await other.close()
        }
    }

    @Test("Keys with every legal character come back as they were sent")
    func legalKeys() async throws {
        try await withCollection { server, store in
            let keys = ["_-.@()+,=;$!*'%:", "0", String(repeating: "k", count: 254)]
            let batch = WriteBatch(id: 1, target: .companies(), writes: keys.map { plannedWrite($0) })
            #expect(await store.write(batch) == .success([.written, .written, .written]))
            let back = ReadBatch(id: 1, collection: "companies", versionAttribute: nil, keys: keys.map(DocumentKey.init(legal:)))
            #expect(await store.read(back) == .success([.found(version: nil), .found(version: nil), .found(version: nil)]))
        }
    }

    @Test("Large batches go through, several at a time")
    func large() async throws {
        try await withCollection { server, store in
            let text = #""version":1,"text":"\#(String(repeating: "x", count: 2000))""#
            await withTaskGroup(of: Void.self) { group in
                for part in 0..<6 {
                    group.addTask {
                        let writes = (0..<500).map { plannedWrite("k\(part)-\($0)", members: text) }
                        #expect(
                            await store.write(WriteBatch(id: RequestID(integerLiteral: part), target: .companies(), writes: writes))
                                == .success(Array(repeating: .written, count: 500)))
                    }
                }
            }
            #expect(server.count(of: "companies") == 3000)
        }
    }
}
