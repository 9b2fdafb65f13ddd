import Messages
import Settings
import Testing

@testable import Mapping

/// A `sync` processor of companies with relations in an array of that name.
private func companies(
    version: String? = "/v", _ operation: ProcessorSettings.Operation = .sync, _ change: (inout EdgeSettings) -> Void = { _ in }
) -> ProcessorSettings {
    processor(operation, version: version) {
        var edges = EdgeSettings(
            collection: "relations", each: pointer("/relations"), .out, other: pointer("/to"), otherCollection: "companies")
        edges.key = [pointer("/type")]
        change(&edges)
        $0.edges = [edges]
    }
}

extension PlannedWrite {
    /// All edges that follow the document, chunk by chunk.
    fileprivate func edges(atATime documents: Int = 100, bytes: Int = .max) -> [[PlannedWrite]] {
        var chunks: [[PlannedWrite]] = []
        var cursor = relations?.first
        while let place = cursor, let chunk = relations?.chunk(of: self, from: place, documents: documents, bytes: bytes) {
            chunks.append(chunk.writes)
            cursor = chunk.next
        }
        return chunks
    }
}

@Suite("Relations become edges")
struct EdgeTests {
    @Test("An edge has both ends, the stamp, the version and the element's own bytes, and a key made of its ends and the key pointers")
    func edge() throws {
        let write = try plan(#"{"id":1,"v":7,"relations":[ {"to":"2", "type":"owns", "share": 50.10, "_key":"x"} ]}"#, companies())
        let edge = try #require(write.edges().first?.first)
        #expect(
            edge.text
                == #"{"_key":"companies:1:companies:2:owns","to":"2", "type":"owns", "share": 50.10,"_from":"companies/1","_to":"companies/2","written_by":"sync","version":7}"#
        )
        #expect(edge.target == WriteTarget(collection: "relations", mode: .replace, versionAttribute: "version"))
        #expect(edge.version == 7)
    }

    @Test("A sync of more relations than a bound is refused, with the bound in the reason; placeholders do not count, an update has none")
    func bound() throws {
        func message(_ count: Int) -> String {
            #"{"id":1,"v":1,"relations":["# + (0..<count).map { #"{"to":\#($0)}"# }.joined(separator: ",") + "]}"
        }
        let placeholders = companies { $0.missingVertex = .placeholder }
        #expect(try plan(message(Relations.bound), placeholders).relations?.count == 2 * Relations.bound)
        for processor in [companies(), placeholders] {
            let refusal = refusal(message(Relations.bound + 1), processor)
            #expect(refusal == Refusal(.tooLarge, "more than 100000 relations, the most where others are removed; at /relations"))
        }
        #expect(try plan(message(Relations.bound + 1), companies(version: nil, .update)).relations?.count == Relations.bound + 1)
    }

    @Test("An update merges its edges, and without a version they have none")
    func unversioned() throws {
        let write = try plan(#"{"id":1,"relations":[{"to":2}]}"#, companies(version: nil, .update))
        let edge = try #require(write.edges().first?.first)
        #expect(edge.text == #"{"_key":"companies:1:companies:2:","to":2,"_from":"companies/1","_to":"companies/2","written_by":"update"}"#)
        #expect(edge.target == WriteTarget(collection: "relations", mode: .update, versionAttribute: nil))
    }

    @Test("With map only the mapped attributes are stored, and set adds constants")
    func mapAndSet() throws {
        let processor = companies {
            $0.map = [AttributeMapping(attribute: "share", pointer: pointer("/terms/share"))]
            $0.set = [AttributeConstant(attribute: "source", json: "\"crm\"")]
        }
        let write = try plan(#"{"id":1,"v":7,"relations":[{"to":2,"type":"x","terms":{"share":0.5}}]}"#, processor)
        #expect(
            write.edges().first?.first?.text
                == #"{"_key":"companies:1:companies:2:x","_from":"companies/1","_to":"companies/2","written_by":"sync","source":"crm","version":7,"share":0.5}"#
        )
    }

    @Test("An edge that comes in has its ends the other way round, and a key and a stamp of its own")
    func reversed() throws {
        let processor = companies {
            $0.direction = .in
            $0.otherCollection = "people"
        }
        let write = try plan(#"{"id":1,"v":7,"relations":[{"to":"p","type":"owns"}]}"#, processor)
        #expect(
            write.edges().first?.first?.text
                == #"{"_key":"people:p::companies:1:owns","to":"p","type":"owns","_from":"people/p","_to":"companies/1","written_by":"sync/in","version":7}"#
        )
    }

    @Test("Elements can be keys themselves")
    func plainElements() throws {
        let processor = companies {
            $0.other = JSONPointer()
            $0.key = []
        }
        let write = try plan(#"{"id":1,"v":7,"relations":["2", 3]}"#, processor)
        #expect(write.edges().flatMap { $0 }.map(\.key.text) == ["companies:1:companies:2", "companies:1:companies:3"])
        #expect(
            write.edges().first?.first?.text
                == #"{"_key":"companies:1:companies:2","_from":"companies/1","_to":"companies/2","written_by":"sync","version":7}"#)
    }

    @Test(
        "What cannot be a readable key is hashed: always the same for the same parts, never the same for others",
        arguments: [#""with space""#, #""a:b""#, #""ü""#, "\"" + String(repeating: "x", count: 300) + "\""])
    func hashed(type: String) throws {
        let write = try plan(#"{"id":1,"v":7,"relations":[{"to":2,"type":\#(type)},{"to":3,"type":\#(type)}]}"#, companies())
        let keys = write.edges().flatMap { $0 }.map(\.key.text)
        #expect(Set(keys).count == 2)
        #expect(keys.allSatisfy { $0.count == 64 && $0.allSatisfy { $0.isHexDigit } })
        #expect(try plan(#"{"id":1,"v":8,"relations":[{"to":2,"type":\#(type)}]}"#, companies()).edges().first?.first?.key.text == keys[0])
    }

    @Test("Parts that only look alike when they are joined are different keys")
    func separators() {
        func key(_ from: String, _ to: String, _ rest: [String]) -> DocumentKey {
            EdgeKey.key(from: ("c", from), to: ("c", to), belongsTo: .out, discriminators: rest.map { Array($0.utf8)[...] })
        }
        #expect(
            Set([key("a", "b:c", []), key("a:c", "b", []), key("a", "b", ["c", ""]), key("a", "b", ["c"]), key("a", "b", [":c"])]).count
                == 5)
    }

    @Test("Edges are read from the text in chunks, bounded in documents and bytes, and none is left out or comes twice")
    func chunks() throws {
        let elements = (0..<1000).map { #"{"to":\#($0),"type":"t"}"# }.joined(separator: " ,\n")
        let write = try plan(#"{"id":1,"v":7,"relations":[\#(elements)]}"#, companies())
        #expect(write.relations?.count == 1000)
        let chunks = write.edges(atATime: 300)
        #expect(chunks.map(\.count) == [300, 300, 300, 100])
        #expect(chunks.flatMap { $0 }.map(\.key.text) == (0..<1000).map { "companies:1:companies:\($0):t" })
        let small = write.edges(bytes: 1000)
        #expect(small.allSatisfy { $0.reduce(0) { $0 + $1.document.byteCount(key: $1.key) } <= 1000 })
        #expect(small.flatMap { $0 }.count == 1000)
        #expect(write.edges(bytes: 1).map(\.count) == Array(repeating: 1, count: 1000))
        // The edges themselves are not kept.
        #expect(write.heldBytes < 40_000)
    }

    @Test("Several arrays follow one another, each to its own collection; empty and missing ones are passed over")
    func severalArrays() throws {
        var processor = companies()
        for name in ["none", "owners", "empty", "last"] {
            processor.edges.append(
                EdgeSettings(collection: name, each: pointer("/\(name)"), .in, other: JSONPointer(), otherCollection: "people"))
        }
        let write = try plan(#"{"id":1,"v":7,"relations":null,"owners":[1,2],"empty":[],"last":[ 3 ]}"#, processor)
        #expect(write.edges().map { $0.map(\.target.collection) } == [["owners", "owners"], ["last"]])
    }

    @Test("A compressed message is held as long as its edges are due, even if nothing of it is in the document")
    func compressed() throws {
        let processor = companies()
        let write = try plan(#"{"id":1,"v":7,"relations":[{"to":2}]}"#, processor)
        #expect((write.relations as? Relations)?.bytes == write.delivery.bytes)
    }

    @Test("A document says of which version its edges are")
    func marker() throws {
        #expect(
            try plan(#"{"id":1,"v":7,"edges_of_sync":9}"#, companies()).text == #"{"_key":"1","id":1,"v":7,"version":7,"edges_of_sync":7}"#)
        // Nothing is said about relations: then the message has no say about them either.
        #expect(try plan(#"{"id":1,"v":7}"#, companies(.update)).text == #"{"_key":"1","id":1,"v":7,"version":7}"#)
        #expect(try plan(#"{"id":1}"#, companies(version: nil)).text == #"{"_key":"1","id":1}"#)
    }

    @Test("Only the full truth has something to do when a message names no relation")
    func nothing() throws {
        #expect(try plan(#"{"id":1,"v":7}"#, companies()).relations != nil)
        #expect(try plan(#"{"id":1,"v":7,"relations":[]}"#, companies(.update)).relations == nil)
        #expect(try plan(#"{"id":1,"v":7}"#, processor(.sync, version: "/v")).relations == nil)
    }

    @Test(
        "A relation that cannot be an edge is found before anything is written",
        arguments: [
            ("{}", "/relations is an object, but must be an array of relations"),
            ("[{\"to\":1},{\"type\":1}]", "element 1 of /relations has nothing at /to: the other end is missing"),
            (
                "[{\"to\":null}]",
                "element 0 of /relations is no relation: the document key at /to is null; it must be a string or a whole number"
            ),
            (
                "[{\"to\":\"a b\"}]",
                "element 0 of /relations is no relation: the document key at /to holds a character at its byte 1 that ArangoDB does not take; letters, digits and _-.@()+,=;$!*'%: are allowed"
            ),
            ("[7]", "element 0 of /relations has nothing at /to: the other end is missing"),
            ("[{\"to\":1,\"type\":[]}]", "element 0 of /relations has an array at /type, which cannot be a part of the edge's key"),
        ])
    func refused(relations: String, detail: String) {
        let found = refusal(#"{"id":1,"v":7,"relations":\#(relations)}"#, companies())
        #expect(found == Refusal(.badEdge, detail))
    }
}
