import Messages
import Settings
import Testing

@testable import Mapping

/// A `sync` of companies whose relations go to people, with placeholders.
private let companies = processor(.sync, version: "/v") {
    var edges = EdgeSettings(collection: "relations", each: pointer("/people"), .out, other: pointer("/id"), otherCollection: "people")
    edges.missingVertex = .placeholder
    $0.edges = [edges]
}

@Suite("Placeholders for documents that are not there")
struct PlaceholderTests {
    @Test("They come before the edges, leave alone what is there, and have no version")
    func placeholders() throws {
        let write = try plan(#"{"id":1,"v":7,"people":[{"id":"a"},{"id":"b"}]}"#, companies)
        let relations = try #require(write.relations)
        let first = relations.chunk(of: write, from: try #require(relations.first), documents: 10, bytes: .max)
        #expect(first.writes.map(\.text) == [#"{"_key":"a","placeholder":true}"#, #"{"_key":"b","placeholder":true}"#])
        #expect(first.writes.allSatisfy { $0.target == WriteTarget(collection: "people", mode: .create, versionAttribute: nil) })
        #expect(first.writes.allSatisfy { $0.version == nil })
        let second = relations.chunk(of: write, from: try #require(first.next), documents: 10, bytes: .max)
        #expect(second.writes.map(\.key.text) == ["companies:1:people:a:", "companies:1:people:b:"].map { String($0.dropLast()) })
        #expect(second.next == nil)
    }

    @Test("A sweep spares edges, not placeholders")
    func sweep() throws {
        let write = try plan(#"{"id":1,"v":7,"people":[{"id":"a"}]}"#, companies)
        let relations = try #require(write.relations)
        #expect(relations.keys(keptBy: try #require(relations.sweeps.first)) == ["companies:1:people:a"])
    }

    @Test("An update of a collection where placeholders may be says that its document is none; a full truth replaces it")
    func ownMessage() throws {
        func people(_ operation: ProcessorSettings.Operation) -> ProcessorSettings {
            processor(operation, version: "/v") { $0.collection = "people" }
        }
        #expect(
            try plan(#"{"id":"a","v":1}"#, people(.update), companies).text
                == #"{"_key":"a","id":"a","v":1,"placeholder":false,"version":1}"#)
        #expect(try plan(#"{"id":"a","v":1}"#, people(.sync), companies).text == #"{"_key":"a","id":"a","v":1,"version":1}"#)
        #expect(try plan(#"{"id":"a","v":1}"#, people(.update)).text == #"{"_key":"a","id":"a","v":1,"version":1}"#)
    }
}
