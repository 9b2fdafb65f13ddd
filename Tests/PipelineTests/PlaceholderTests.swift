import Mapping
import Settings
import Testing

@testable import Pipeline

@Suite("Placeholders between a document and its edges")
struct PlaceholderTests {
    @Test("They are written before the edges, and a delivery is settled after both")
    func order() {
        var bench = Bench { settings in
            settings.arangodb.connections = 1
            settings.processors[Bench.updated].key = JSONPointer("/id") ?? JSONPointer()
            var edges = EdgeSettings(
                collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(), otherCollection: "people")
            edges.missingVertex = .placeholder
            settings.processors[Bench.updated].edges = [edges]
        }
        bench.receive(bodies: #"{"id":1,"to":[2,3]}"#)
        bench.reply(.written)
        #expect(bench.writes.first?.target == WriteTarget(collection: "people", mode: .create, versionAttribute: nil))
        #expect(bench.keysInFlight == [["2", "3"]])
        // Two messages that miss the same person meet there.
        bench.reply([.written, .conflict(Fault(errorNum: 1210, message: "in index primary"))])
        bench.advanceToNextWake()
        bench.fail(.unknown(Fault(message: "timeout")))
        bench.reply(reading: .success([.found(version: nil), .found(version: 9)]))
        #expect(bench.keysInFlight == [["companies:1:people:2", "companies:1:people:3"]])
        #expect(bench.acknowledgements.isEmpty)
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(1)])
    }
}
