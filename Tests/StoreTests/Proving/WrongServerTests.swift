import ArangoEmulator
import Settings
import Testing

@testable import Store

/// Assumptions whose experiment is about versions.
private let versions: Set<String> = [
    "version-many", "version-lower-update", "version-equal-update", "version-same-key-update", "version-lower-replace",
    "version-equal-replace", "version-same-key-replace", "version-largest-update", "version-edge", "version-attribute-name",
    "coordinator-1",
]
private let counts: Set<String> = ["query-count", "query-scope", "query-seen", "query-unseen", "query-orphans"]
private let queries = counts.union(["query-missing", "query-edges", "query-edges-unversioned", "query-version"])

private let wrongs: [Wrong] = {
    var old = Wrong("3.11 ignores versionAttribute silently", fails: versions)
    old.version = "3.11.8"
    // A coordinator that has no shard for one of them: nothing it answers is for the document in its place.
    var disorder = Wrong("elements come in another order", fails: ["array-order", "keys", "version-many"])
    disorder.answer = { message, answer in
        guard message.method == "POST", message.target.contains("/_api/document/"), answer.body.hasPrefix("[{") else {
            return (answer.status, answer.body)
        }
        let elements = answer.body.dropFirst(2).dropLast(2).split(separator: "},{").reversed()
        return (answer.status, "[{\(elements.joined(separator: "},{"))}]")
    }
    var eager = Wrong("PATCH creates what is not there", fails: ["stamp"])
    eager.request = { message in
        var message = message
        if message.method == "PATCH", !message.target.contains("ignoreRevs") {
            message.method = "POST"
            message.target += "&overwriteMode=update"
        }
        return message
    }
    var keeping = Wrong("a cursor that is given up goes on", fails: ["query-cursor"])
    keeping.request = { message in
        var message = message
        if message.method == "DELETE", message.target.contains("/_api/cursor/") { message.target = "/_db/companies/_api/version" }
        if message.target == "/_db/companies/_api/version" { message.method = "GET" }
        return message
    }
    var clinging = Wrong("collections are not removed", fails: ["cleanup"])
    clinging.answer = { message, answer in
        message.method == "DELETE" && message.target.contains("/_api/collection/")
            ? (500, #"{"error":true,"code":500,"errorNum":9999,"errorMessage":"no"}"#) : (answer.status, answer.body)
    }
    var dull = Wrong("there is no /_api/explain", fails: queries)
    dull.request = { message in
        var message = message
        message.target = message.target.replacing("/_api/explain", with: "/_api/explained")
        return message
    }
    return [
        old, disorder, eager, keeping, clinging, dull,
        .target("overwriteMode=update", is: "overwriteMode=ignore", fails: ["version-higher-update", "version-none-stored", "keep-null"]),
        .target("overwriteMode=replace", is: "overwriteMode=ignore", fails: ["version-higher-replace"]),
        .target("keepNull=true", is: "keepNull=false", fails: ["keep-null"]),
        .target("mergeObjects=true", is: "mergeObjects=false", fails: ["merge-objects"]),
        .target("overwriteMode=replace", is: "overwriteMode=update", fails: ["replace-whole"]),
        .target("overwriteMode=ignore", is: "overwriteMode=update", fails: ["create-leaves"]),
        .target("overwriteMode=conflict", is: "overwriteMode=replace", fails: ["revision-record"]),
        .target("ignoreRevs=false", is: "ignoreRevs=true", fails: ["revision-removal", "revision-mark", "revision-record"]),
        .target("direction=out", is: "direction=any", fails: ["edges-out"]),
        .target("direction=in", is: "direction=any", fails: ["edges-in"]),
        .target("onlyget=true", is: "only=true", fails: ["reading", "array-order"]),
        .target("waitForSync=true", is: "", fails: ["wait-for-sync"]),
        .answer(#""errorNum":1221"#, is: #""errorNum":1205"#, fails: ["array-errors", "write-leaves-nothing"]),
        .answer(
            #""errorNum":1202"#, is: #""errorNum":1201"#,
            fails: ["array-removal", "removal-leaves-nothing", "removal-of-one", "reading", "stamp", "keys", "rights-companies"]),
        .answer(#""errorNum":1233"#, is: #""errorNum":1227"#, fails: ["edge-ends"]),
        .answer("9007199254740993", is: "9007199254740992", fails: ["contents"]),
        .answer("_own", is: "own", fails: ["contents"]),
        .body(#""_key":"'""#, is: #""_key":"' ""#, fails: ["keys"]),
        .body("KEY-CASE", is: "key-case", fails: ["keys-case"]),
        .body("warren_never/never", is: "never", fails: ["edge-missing-ends"]),
        .body("COLLECT WITH COUNT INTO n", is: "COLLECT WITH COUNT", fails: counts),
        .body("RETURN VERSION()", is: "RETURN VERSIONS()", fails: ["query-version"]),
        .body("d.@attribute == @run", is: "d.@attribute != @run", fails: ["query-seen"]),
        .body("d.@attribute != @run", is: "d.@attribute == @run", fails: ["query-unseen", "query-missing"]),
        .body("rev: d._rev, stamp", is: "stamp", fails: ["query-edges", "query-edges-unversioned", "query-cursor"]),
        .answer(#""type":3"#, is: #""type":2"#, at: "/properties", fails: ["collections"]),
        .answer(#""allowUserKeys":true"#, is: #""allowUserKeys":false"#, at: "/properties", fails: ["collections"]),
        .body(#""expireAfter":5"#, is: #""expireAfter":0"#, at: "/_api/index", fails: ["ttl-index"]),
        .body(#""expires_at":4102444800"#, is: #""expires_at":1"#, fails: ["ttl-expiry"]),
        .answer(#""from":["#, is: #""from":["x"],"were":["#, to: "GET", at: "/_api/gharial/", fails: ["graph"]),
        .answer(#""result":"rw""#, is: #""result":"perhaps""#, fails: ["rights-own"]),
    ]
}()

/// No verdict of the table is one that cannot be otherwise.
@Suite("A server that is not as assumed (the emulator behind something that changes requests or answers)")
struct WrongServerTests {
    @Test("It fails what it does wrong, and that is not taken for a lack of rights", arguments: wrongs)
    func fails(wrong: Wrong) async throws {
        try await wrong.serve { _, settings in
            let rows = try await Prover.testing(settings, patience: .seconds(3)).prove()
            let failed = rows.names(.failed)
            #expect(failed.isSuperset(of: wrong.fails), "not found: \(wrong.fails.subtracting(failed).sorted())")
            #expect(rows.names(.notProven).intersection(wrong.fails) == [])
        }
    }

    @Test("Each assumption is made to fail by one of them") func all() async throws {
        let sandbox = Sandbox(settings: .testing("http://a"), names: SandboxNames(seconds: 1_764_521_826))
        let plan = ProvisionPlan(collections: [ProvisionPlan.Collection(name: "companies")], needsVersions: true)
        let assumptions = Prover.inSandbox(sandbox) + Prover.elsewhere(plan, sandbox.settings)
        let names = assumptions.map(\.name) + ["cleanup"]
        #expect(names.count == Set(names).count, "each has a name of its own")
        #expect(Set(names).subtracting(wrongs.flatMap(\.fails)) == [])
    }

    @Test("A server that is right, behind the same thing, fails nothing") func right() async throws {
        try await Wrong("nothing", fails: []).serve { emulator, settings in
            let rows = try await Prover.testing(settings).prove()
            #expect(rows.unproven == [])
            #expect(emulator.collections == ["companies"])
        }
    }

    @Test("A coordinator that leads to another server is found out") func anotherServer() async throws {
        try await Wrong("nothing", fails: []).serve { _, settings in
            let other = try await ArangoEmulator.start(Configuration())
            other.perform("POST", "/_api/database", body: #"{"name":"companies"}"#)
            var both = settings
            both.endpoints.append(other.url)
            let store = try DocumentStore(settings: settings)
            let stores = [store, try DocumentStore(settings: .testing(other.url))]
            let sandbox = Sandbox(settings: both, names: await store.sandboxNames())
            let obstacle = await store.open(sandbox)
            #expect(obstacle?.failure == nil)
            let judgements = CoordinatorAssumptions.all(sandbox)
            #expect(await store.judge(judgements[0], coordinators: stores).verdict == .proven)
            let judgement = await store.judge(judgements[1], coordinators: stores)
            #expect(judgement.verdict == .failed && judgement.text.contains("1203"))
            for store in stores { await store.close() }
            await other.stop()
        }
    }
}

extension ArangoEmulator {
    /// The collections of the database `companies`, the server's own apart.
    var collections: Set<String> {
        let body = perform("GET", "/_db/companies/_api/collection?excludeSystem=true").body
        return Set(body.split(separator: #""name":""#).dropFirst().compactMap { $0.split(separator: "\"").first.map(String.init) })
    }
}
