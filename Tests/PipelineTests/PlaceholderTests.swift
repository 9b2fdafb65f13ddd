import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("Placeholders between a document and its edges")
struct PlaceholderTests {
    @Test("They are written before the edges, and a delivery is settled after both")
    func order() {
        var harness = MachineHarness { settings in
            settings.arangodb.connections = 1
            settings.processors[MachineHarness.updated.rawValue].key = JSONPointer("/id") ?? JSONPointer()
            var edges = EdgeSettings(
                collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(), otherCollection: "people")
            edges.missingVertex = .placeholder
            settings.processors[MachineHarness.updated.rawValue].edges = [edges]
        }
        harness.receive(bodies: #"{"id":1,"to":[2,3]}"#)
        harness.reply(.written)
        #expect(harness.writes.first?.target == WriteTarget(collection: "people", mode: .create, versionAttribute: nil))
        #expect(harness.keysInFlight == [["2", "3"]])
        // Two messages that miss the same person meet there.
        harness.reply([.written, .conflict(Fault(errorNum: 1210, message: "in index primary"))])
        harness.advanceToNextWake()
        harness.fail(.unknown(Fault(message: "timeout")))
        harness.reply(reading: .success([.found(version: nil), .found(version: 9)]))
        #expect(harness.keysInFlight == [["companies:1:people:2", "companies:1:people:3"]])
        #expect(harness.acknowledgements.isEmpty)
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1)])
    }
}
