import ArangoEmulator
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// A store and a server that have an edge collection `relations`.
private func withRelations(_ body: (TestDatabase, DocumentStore) async throws -> Void) async throws {
    let server = try await TestDatabase.make()
    let store = try DocumentStore(settings: .testing(server))
    let plan = ProvisionPlan(collections: [ProvisionPlan.Collection(name: "relations", .edges)], needsVersions: true)
    _ = try await store.provision(plan).get()
    try await body(server, store)
    await store.close()
}

private let target = WriteTarget(collection: "relations", mode: .replace, versionAttribute: "version")

/// Edges from company 1, by key and members.
private func edges(_ list: (key: String, members: String)...) -> WriteBatch {
    WriteBatch(
        id: 1, target: target,
        writes: list.map { plannedWrite($0.key, in: target, members: #""_from":"c/1","_to":"c/2",\#($0.members)"#) })
}

private func sweep(_ scope: EdgeSweep.Scope, _ direction: EdgeSettings.Direction = .out, vertex: String = "c/1", mark: String? = nil)
    -> EdgeSweep
{
    EdgeSweep(
        id: 1,
        plan: SweepPlan(target: target, direction: direction, vertex: vertex, stamp: "sync", mark: mark.map { Array($0.utf8) }),
        scope: scope)
}

extension DocumentStore {
    /// Versions of the edges that are there, by key.
    fileprivate func versions(_ keys: String...) async -> [StoredState]? {
        await read(ReadBatch(id: 1, collection: "relations", versionAttribute: "version", keys: keys.map(DocumentKey.init(legal:)))).value
    }
}

/// Edges are read as recorded (transcripts RestEdgesReadEdgesOut and …In) and removed by revision (DeleteDocumentRevConflictMulti).
@Suite("Sweeping edges")
struct SweepTests {
    @Test("What is older goes, what is as new or newer stays, and so does what is not ours")
    func below() async throws {
        try await withRelations { _, store in
            let batch = edges(
                ("old", #""written_by":"sync","version":4"#), ("same", #""written_by":"sync","version":5"#),
                ("newer", #""written_by":"sync","version":6"#), ("none", #""written_by":"sync""#),
                ("other", #""written_by":"sync/in","version":1"#), ("foreign", #""version":1"#))
            #expect(await store.write(batch).value?.allSatisfy { $0 == .written } == true)
            #expect(await store.sweep(sweep(.below(5, attribute: "version"))) == .success(.written))
            #expect(
                await store.versions("old", "same", "newer", "none", "other", "foreign") == [
                    .missing, .found(version: 5), .found(version: 6), .missing, .found(version: 1), .found(version: 1),
                ])
            #expect(await store.sweep(sweep(.below(5, attribute: "version"))) == .success(.written))
        }
    }

    @Test("Only the edges on that end of the document are looked at")
    func direction() async throws {
        try await withRelations { _, store in
            _ = await store.write(edges(("a", #""written_by":"sync","version":1"#)))
            #expect(await store.sweep(sweep(.below(5, attribute: "version"), .in)) == .success(.written))
            #expect(await store.sweep(sweep(.below(5, attribute: "version"), vertex: "c/2")) == .success(.written))
            #expect(await store.versions("a") == [.found(version: 1)])
            #expect(await store.sweep(sweep(.below(5, attribute: "version"), .in, vertex: "c/2")) == .success(.written))
            #expect(await store.versions("a") == [.missing])
        }
    }

    @Test("Without versions, all but the named ones go")
    func besides() async throws {
        try await withRelations { _, store in
            _ = await store.write(edges(("a", #""written_by":"sync""#), ("b", #""written_by":"sync""#)))
            #expect(await store.sweep(sweep(.besides(["b", "c"]))) == .success(.written))
            #expect(await store.versions("a", "b") == [.missing, .found(version: nil)])
        }
    }

    @Test("Marking merges the mark into them, and leaves newer ones alone")
    func mark() async throws {
        try await withRelations { _, store in
            _ = await store.write(edges(("a", #""written_by":"sync","version":4"#), ("b", #""written_by":"sync","version":7"#)))
            let marking = sweep(.below(5, attribute: "version"), mark: #""invalidated":true,"version":5"#)
            #expect(await store.sweep(marking) == .success(.written))
            #expect(await store.versions("a", "b") == [.found(version: 5), .found(version: 7)])
        }
    }

    @Test("Thousands go in several requests")
    func many() async throws {
        try await withRelations { server, store in
            let writes = (0..<1200).map {
                plannedWrite("e\($0)", in: target, members: #""_from":"c/1","_to":"c/2","written_by":"sync","version":1"#)
            }
            _ = await store.write(WriteBatch(id: 1, target: target, writes: writes))
            #expect(await store.sweep(sweep(.below(2, attribute: "version"))) == .success(.written))
            let states = await store.read(
                ReadBatch(id: 1, collection: "relations", versionAttribute: nil, keys: writes.map(\.key))
            ).value
            #expect(states?.allSatisfy { $0 == .missing } == true)
        }
    }

    /// 1,200 edges to remove, and some to keep: more than an answer may hold, and more than a page of a cursor.
    private func withMany(_ body: (TestDatabase, DocumentStore) async throws -> Void) async throws {
        let server = try await TestDatabase.make()
        let store = try DocumentStore(settings: .testing(server), readAnswerLimit: 4 << 10, largeAnswerLimit: 8 << 10)
        let plan = ProvisionPlan(collections: [ProvisionPlan.Collection(name: "relations", .edges)], needsVersions: true)
        _ = try await store.provision(plan).get()
        let old = (0..<1200).map {
            plannedWrite("e\($0)", in: target, members: #""_from":"c/1","_to":"c/2","written_by":"sync","version":1"#)
        }
        _ = await store.write(WriteBatch(id: 1, target: target, writes: old))
        _ = await store.write(
            edges(
                ("newer", #""written_by":"sync","version":9007199254740993"#), ("none", #""written_by":"sync""#),
                ("text", #""written_by":"sync","version":"9""#), ("fraction", #""written_by":"sync","version":9.5"#),
                ("other", #""written_by":"sync/in","version":1"#), ("foreign", #""version":1"#)))
        _ = await store.write(
            WriteBatch(
                id: 1, target: target,
                writes: [plannedWrite("in", in: target, members: #""_from":"c/2","_to":"c/1","written_by":"sync","version":1"#)]))
        try await body(server, store)
        await store.close()
    }

    private func keys(_ server: TestDatabase) -> Set<String> {
        Set((server.documents(of: "relations") ?? [:]).keys)
    }

    @Test("More edges than any answer may hold are worked off in pages, by the same rule")
    func pages() async throws {
        try await withMany { server, store in
            #expect(await store.sweep(sweep(.below(9_007_199_254_740_993, attribute: "version"))) == .success(.written))
            #expect(keys(server) == ["newer", "other", "foreign", "in"])
            #expect(server.recentRequests.contains { $0.target.contains("/_api/cursor/") })
        }
        try await withMany { server, store in
            #expect(await store.sweep(sweep(.besides(["e7", "newer"]))) == .success(.written))
            #expect(keys(server) == ["e7", "newer", "other", "foreign", "in"])
        }
        try await withMany { server, store in
            let marking = sweep(.below(2, attribute: "version"), mark: #""invalidated":true,"version":2"#)
            #expect(await store.sweep(marking) == .success(.written))
            let marked = server.documents(of: "relations")?.filter { $0.value.contains("invalidated") }.map(\.key) ?? []
            #expect(Set(marked).isSuperset(of: (0..<1200).map { "e\($0)" }))
            #expect(Set(marked).isDisjoint(with: ["newer", "other", "foreign", "in"]))
        }
    }

    @Test("A cursor that is gone costs nothing: another look continues with the rest")
    func lostCursor() async throws {
        try await withMany { server, store in
            server.inject(
                InjectedFault(
                    .answer(status: 404, errorNum: 1600, message: "cursor not found"), method: "POST", path: "/_api/cursor/", times: 1))
            let all = sweep(.below(2, attribute: "version"))
            #expect(await store.sweep(all).value?.kind == .conflict)
            #expect((1..<1200).contains(keys(server).count), "something was done")
            #expect(await store.sweep(all) == .success(.written))
            #expect(!keys(server).contains { $0.hasPrefix("e") })
        }
    }

    @Test("An outcome that ends the sweep gives the cursor up")
    func givenUp() async throws {
        try await withMany { server, store in
            server.inject(
                InjectedFault(.failElements(keys: ["e3"], errorNum: 1200, message: "conflict, _rev values do not match"), times: 1))
            #expect(await store.sweep(sweep(.below(2, attribute: "version"))).value?.kind == .conflict)
            #expect(server.recentRequests.contains { $0.method == "DELETE" && $0.target.contains("/_api/cursor/") })
        }
    }

    @Test(
        "A page that is not whole is not believed",
        arguments: [
            "", "{}", #"{"result":[]}"#, #"{"result":[],"hasMore":true}"#, #"{"result":[{"key":"a"}],"hasMore":false}x"#,
            #"{"result":[1],"hasMore":false}"#,
            #"{"result":[{"key":"a","stamp":"sync"}],"hasMore":false}"#,
        ])
    func malformedPage(body: String) {
        #expect(EdgePage.reply(Answer(201, body), to: sweep(.besides([]))).failure?.kind == .unknown)
    }

    @Test("No collection is for an administrator; more edges than an answer may hold is no failure")
    func failures() async throws {
        let server = try await TestDatabase.make()
        let store = try DocumentStore(settings: .testing(server))
        _ = await store.provision(ProvisionPlan(collections: [], needsVersions: true))
        #expect(await store.sweep(sweep(.besides([]))).failure?.kind == .configuration)
        await store.close()
        let answer = Answer(status: 200, body: [], isTooLarge: true, endpoint: "http://db")
        guard case .success(.tooLarge) = EdgesAnswer.reply(answer, to: sweep(.besides([]))) else {
            return #expect(Bool(false), "it is too large")
        }
    }

    @Test(
        "An edge that changed since it was looked at is a conflict, one that is gone is done",
        arguments: [
            (#"[{"_key":"a","_id":"r/a","_rev":"x"},{"error":true,"errorNum":1202,"errorMessage":"not found"}]"#, OutcomeKind.written),
            (#"[{"error":true,"errorNum":1200,"errorMessage":"conflict, _rev values do not match"},{"_key":"a"}]"#, .conflict),
            (#"[{"_key":"a"},{"error":true,"errorNum":1200,"errorMessage":"write-write conflict"}]"#, .conflict),
            (#"[{"_key":"a"},{"error":true,"errorNum":1302,"errorMessage":"try again"}]"#, .unavailable),
        ])
    func outcomes(body: String, expected: OutcomeKind) throws {
        #expect(try SweepAnswer.reply(Answer(202, body), expecting: 2).get().kind == expected)
    }

    @Test(
        "An answer that is not whole is not believed",
        arguments: ["", "[]", #"[{"_key":"a"}]"#, #"[{"_key":"a"},{"_key":"b"},{"_key":"c"}]"#, #"[{"_key":"a"},{"_key":"b"}"#])
    func malformed(body: String) {
        #expect(SweepAnswer.reply(Answer(202, body), expecting: 2).failure?.kind == .unknown)
        #expect(EdgesAnswer.reply(Answer(200, body), to: sweep(.besides([]))).failure?.kind == .unknown)
    }
}
