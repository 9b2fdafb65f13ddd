import ArangoEmulator
import Messages
import Settings
import TestDatabase
import Testing

@testable import Store

/// No exchange with `/_api/gharial` is recorded here: an emulator does what ArangoDB's own tests expect (api-gharial-spec.js) [S].
@Suite("Named graphs")
struct GraphTests {
    private func processor(_ name: String, _ edges: EdgeSettings...) -> ProcessorSettings {
        var processor = ProcessorSettings(name: name, queue: name, operation: .sync, collection: "companies", key: JSONPointer())
        processor.edges = edges
        return processor
    }

    private func edges(_ collection: String, _ direction: EdgeSettings.Direction, other: String) -> EdgeSettings {
        EdgeSettings(collection: collection, each: JSONPointer(), direction, other: JSONPointer(), otherCollection: other)
    }

    @Test("Its definitions are those of the processors: each edge collection once, with all ends that its edges have")
    func plan() {
        let plan = ProvisionPlan(
            processors: [
                processor("a", edges("shares", .out, other: "companies"), edges("shares", .in, other: "people")),
                processor("b", edges("sites", .out, other: "places")),
            ], graph: "g")
        #expect(
            plan.graph
                == GraphPlan(
                    name: "g",
                    definitions: [
                        GraphPlan.Definition(collection: "shares", from: ["companies", "people"], to: ["companies"]),
                        GraphPlan.Definition(collection: "sites", from: ["companies"], to: ["places"]),
                    ]))
        #expect(ProvisionPlan(processors: [processor("a")]).graph == nil)
    }

    @Test("Collections that differ in Unicode normalisation only are two, with definitions of their own")
    func names() {
        let (composed, decomposed) = ("\u{E9}", "e\u{301}")
        let plan = ProvisionPlan(
            processors: [processor("a", edges(composed, .out, other: composed), edges(decomposed, .out, other: decomposed))], graph: "g")
        #expect(plan.collections.map(\.name).map { Array($0.utf8) } == ["companies", composed, decomposed].map { Array($0.utf8) })
        #expect(plan.graph?.definitions.count == 2)
        let known = [GraphPlan.Definition(collection: composed, from: ["companies"], to: [decomposed])]
        #expect(plan.graph?.lacking(in: known).map(\.isNew) == [false, true])
        #expect(plan.graph?.lacking(in: plan.graph?.definitions ?? []).isEmpty == true)
    }

    @Test("Provisioning creates it, adds what it comes to lack, leaves what others defined, and can be repeated")
    func provision() async throws {
        let server = try await TestDatabase.make()
        let store = try DocumentStore(settings: .testing(server))
        let small = ProvisionPlan(processors: [processor("a", edges("shares", .out, other: "companies"))], graph: "g")
        let large = ProvisionPlan(
            processors: [processor("a", edges("shares", .in, other: "people"), edges("sites", .out, other: "places"))], graph: "g")
        let wasCreated = { (plan: ProvisionPlan) in await store.provision(plan).value?.last }
        #expect(await store.missing(small) == [.noDatabase(server.name)])
        #expect(await wasCreated(small) == ProvisionStep(.graph("g"), wasCreated: true))
        #expect(await wasCreated(small) == ProvisionStep(.graph("g"), wasCreated: false))
        #expect(await store.missing(small) == [])
        #expect(await store.missing(large) == [.noCollection("sites"), .graphLacks("g", collections: ["shares", "sites"])])
        #expect(await wasCreated(large) == ProvisionStep(.graph("g"), wasCreated: true))
        #expect(await wasCreated(large) == ProvisionStep(.graph("g"), wasCreated: false))
        #expect(await store.missing(large) == [])
        #expect(await store.missing(small) == [])
        let found = try await store.definitions(ofGraph: "g")
        #expect(found?.first == GraphPlan.Definition(collection: "shares", from: ["companies", "people"], to: ["companies"]))
        await store.close()
    }

    @Test("A placeholder is written where nothing is, and changes nothing that is there")
    func placeholder() async throws {
        let server = try await TestDatabase.make()
        let store = try DocumentStore(settings: .testing(server))
        _ = await store.provision(ProvisionPlan(collections: [ProvisionPlan.Collection(name: "companies")], needsVersions: true))
        _ = await store.write(writeBatch("a"))
        let target = WriteTarget(collection: "companies", mode: .create, versionAttribute: nil)
        let batch = WriteBatch(
            id: 1, target: target, writes: ["a", "b"].map { plannedWrite($0, in: target, members: #""placeholder":true"#) })
        #expect(await store.write(batch) == .success([.written, .written]))
        let documents = server.documents(of: "companies")
        #expect(documents?["a"]?.contains("placeholder") == false)
        #expect(documents?["b"]?.contains(#""placeholder":true"#) == true)
        await store.close()
    }
}
