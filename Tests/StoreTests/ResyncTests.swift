import ArangoEmulator
import FoundationEssentials
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// A store and a server that have the collections `companies` and `warren_runs`, and the edge collection `relations`.
private func withCompanies(_ body: (TestDatabase, DocumentStore) async throws -> Void) async throws {
    let server = try await TestDatabase.make()
    let store = try DocumentStore(settings: .testing(server))
    let collections = [
        ProvisionPlan.Collection(name: "companies"), ProvisionPlan.Collection(name: "warren_runs"),
        ProvisionPlan.Collection(name: "relations", .edges),
    ]
    _ = try await store.provision(ProvisionPlan(collections: collections, needsVersions: true)).get()
    try await body(server, store)
    await store.close()
}

/// The scope of run `now`; `change` sets up the processor.
private func resyncScope(_ change: (inout ProcessorSettings) -> Void = { _ in }) throws -> RunScope {
    var processor = ProcessorSettings(name: "sync", queue: "q", operation: .sync, collection: "companies", key: JSONPointer())
    processor.resync = ResyncSettings()
    change(&processor)
    var settings = Settings()
    settings.processors = [processor]
    return try #require(RunScope(run: "now", of: processor, in: settings))
}

private func documents(_ list: (key: String, members: String)...) -> WriteBatch {
    WriteBatch(
        id: 1, target: .companies(.replace, version: nil),
        writes: list.map { plannedWrite($0.key, in: .companies(.replace, version: nil), members: $0.members) })
}

private struct Record: Codable, Equatable {
    var _key = "sync"
    var _rev: String?
    var text: String
}

/// No recording of cursors exists: they follow ArangoDB.md section 8. Documents are removed by revision as recorded (transcript
/// DeleteDocumentRevConflictMulti).
@Suite("Full resynchronisation")
struct ResyncTests {
    @Test("Missing are the documents of the scope that another run has seen, or none; not marked ones, and not placeholders")
    func missing() async throws {
        try await withCompanies { _, store in
            _ = await store.write(
                documents(
                    ("never", #""source":"crm""#), ("before", #""source":"crm","warren_run":"then""#),
                    ("now", #""source":"crm","warren_run":"now""#), ("foreign", #""source":"erp""#), ("none", #""a":1"#),
                    ("marked", #""source":"crm","invalidated":true"#), ("placeholder", #""source":"crm","placeholder":true"#)))
            let scope = try resyncScope {
                $0.set = [
                    AttributeConstant(attribute: "source", json: #""crm""#), AttributeConstant(attribute: "tags", json: "[1]"),
                ]
                $0.edges = [
                    EdgeSettings(collection: "e", each: JSONPointer(), .out, other: JSONPointer(), otherCollection: "companies")
                ]
                $0.edges[0].missingVertex = .placeholder
            }
            #expect(await store.count(scope) == .success(3))
            #expect(await store.count(scope, seen: true) == .success(1))
            #expect(await store.count(scope, seen: false) == .success(2))
            #expect(await store.missing(scope, atMost: 10).value?.documents.map(\.key) == ["before", "never"])
            #expect("\(scope)" == #"companies by warren_run, source = "crm", marked by invalidated, without placeholders"#)
            let whole = try self.scope(removing: true)
            #expect(await store.count(whole) == .success(7), "without constants it is the whole collection")
        }
    }

    /// Marks do not matter where documents are removed.
    private func scope(removing: Bool) throws -> RunScope { try resyncScope { $0.resync?.missing = removing ? .remove : .mark } }

    @Test("More than one page is told page by page") func pages() async throws {
        try await withCompanies { _, store in
            for part in 0..<3 {
                let target = WriteTarget.companies(.replace, version: nil)
                let writes = (part * 400..<(part + 1) * 400).map { plannedWrite("k\($0)", in: target) }
                _ = await store.write(WriteBatch(id: 1, target: target, writes: writes))
            }
            var page = try #require(await store.missing(try resyncScope(), atMost: 1100).value)
            var keys = page.documents.map(\.key)
            #expect(keys.count == Query.rows)
            while let cursor = page.cursor {
                page = try #require(await store.missing(after: cursor).value)
                keys += page.documents.map(\.key)
            }
            #expect(Set(keys).count == 1100)
            #expect(await store.missing(after: "17").failure?.fault.errorNum == 1600)
        }
    }

    @Test("A document goes, or is marked, only as it was when it was looked at") func guarded() async throws {
        try await withCompanies { server, store in
            _ = await store.write(documents(("a", #""n":1"#), ("b", #""n":1"#), ("c", #""n":1"#)))
            let page = try #require(await store.missing(try resyncScope(), atMost: 10).value)
            _ = await store.write(documents(("b", #""n":2"#)), adding: Array(#""warren_run":"now""#.utf8))
            _ = server.perform("DELETE", "/_api/document/companies/c")
            let mark = Array(#""invalidated":true"#.utf8)
            #expect(await store.settle(page.documents, in: "companies", mark: mark) == .success([.done, .changed, .changed]))
            let left = server.documents(of: "companies") ?? [:]
            #expect(left["a"] == #"{"n":1,"invalidated":true}"#)
            #expect(left["b"] == #"{"n":2,"warren_run":"now"}"#)
            let again = try #require(await store.missing(try scope(removing: true), atMost: 10).value)
            #expect(await store.settle(again.documents, in: "companies", mark: nil) == .success([.done]))
            #expect(server.documents(of: "companies")?.keys.sorted() == ["b"])
        }
    }

    @Test("A stamp is merged into what is there, whatever its version, and creates nothing") func stamp() async throws {
        try await withCompanies { server, store in
            _ = await store.write(documents(("a", #""version":9"#)))
            let keys = ["a", "b"].map(DocumentKey.init(legal:))
            #expect(await store.stamp(keys, in: "companies", with: Array(#""warren_run":"now""#.utf8)) == [.written, .written])
            #expect(server.documents(of: "companies")?.keys.sorted() == ["a"])
            #expect(server.document("a", of: "companies") == #"{"version":9,"warren_run":"now"}"#)
            server.inject(InjectedFault(.answer(status: 503, errorNum: 503, message: "starting"), times: 1))
            guard case .unavailable? = await store.stamp(keys, in: "companies", with: Array("\"r\":1".utf8)).first else {
                Issue.record("a server that is away costs no attempt")
                return
            }
        }
    }

    @Test("A record is replaced by the client that knows its revision; a late one gets a conflict") func records() async throws {
        try await withCompanies { server, store in
            let first = Record(text: "first")
            let revision = try #require(await store.put(first, isNew: true, in: "warren_runs").value ?? nil)
            #expect(await store.put(first, isNew: true, in: "warren_runs") == .success(nil), "there is one already")
            let known = try #require(await store.records(["sync", "other"], in: "warren_runs", as: Record.self).value)
            #expect(known == [Record(_rev: revision, text: "first"), nil])
            let second = Record(_rev: revision, text: "second")
            #expect(await store.put(second, isNew: false, in: "warren_runs").value ?? nil != nil)
            #expect(await store.put(second, isNew: false, in: "warren_runs") == .success(nil), "its revision is not the stored one")
            _ = server.perform("DELETE", "/_api/document/warren_runs/sync")
            #expect(await store.put(second, isNew: false, in: "warren_runs") == .success(nil), "it is gone")
            #expect(await store.records(["sync"], in: "nowhere", as: Record.self) == .success([nil]))
        }
    }

    @Test("Orphans are edges that lack one of their documents") func orphans() async throws {
        try await withCompanies { _, store in
            _ = await store.write(documents(("1", #""a":1"#), ("2", #""a":1"#)))
            let target = WriteTarget(collection: "relations", mode: .replace, versionAttribute: nil)
            func edge(_ key: String, _ from: String, _ to: String) -> PlannedWrite {
                plannedWrite(key, in: target, members: #""_from":"\#(from)","_to":"\#(to)""#)
            }
            let writes = [
                edge("whole", "companies/1", "companies/2"), edge("half", "companies/1", "companies/3"), edge("none", "a/1", "a/2"),
            ]
            _ = await store.write(WriteBatch(id: 1, target: target, writes: writes))
            #expect(await store.orphans(in: "relations") == .success(OrphanCount(orphans: 2, looked: 3, total: 3)))
        }
    }
}
