import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("A full truth removes the edges that it does not name")
struct SweepTests {
    /// `updated` is a `sync` with edges out to companies and in from people; `invalidated` does `word` to them.
    private static func harness(
        versions: Bool = true, _ word: ProcessorSettings.EdgeInvalidation = .keep, _ change: (inout Settings) -> Void = { _ in }
    ) -> MachineHarness {
        MachineHarness { settings in
            settings.arangodb.connections = 1
            for index in settings.processors.indices {
                settings.processors[index].key = JSONPointer("/id") ?? JSONPointer()
                settings.processors[index].version = versions ? JSONPointer("/v") : nil
            }
            settings.processors[MachineHarness.updated.rawValue].operation = .sync
            settings.processors[MachineHarness.updated.rawValue].edges = [
                EdgeSettings(
                    collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(),
                    otherCollection: "companies"),
                EdgeSettings(
                    collection: "owners", each: JSONPointer("/from") ?? JSONPointer(), .in, other: JSONPointer(),
                    otherCollection: "people"),
            ]
            settings.processors[MachineHarness.invalidated.rawValue].operation = .invalidate
            settings.processors[MachineHarness.invalidated.rawValue].edgesOnInvalidate = word
            change(&settings)
        }
    }

    @Test("After its edges, one sweep for each collection and direction, of what is older than the message")
    func sweeps() {
        var harness = Self.harness()
        harness.receive(bodies: #"{"id":1,"v":5,"to":[2],"from":[7]}"#)
        harness.reply(.written)
        harness.reply(.written)
        harness.reply(.written)
        #expect(harness.reads.first?.markers == ["edges_of_updated"])
        harness.reply(reading: .success([.found(version: 5, edgesVersion: 5)]))
        #expect(harness.sweeps.first?.plan.target.collection == "relations")
        #expect(harness.sweeps.first?.plan.direction == .out)
        #expect(harness.sweeps.first?.plan.vertex == "companies/1")
        #expect(harness.sweeps.first?.plan.stamp == "updated")
        #expect(harness.sweeps.first?.plan.mark == nil)
        #expect(harness.sweeps.first?.scope == .below(5, attribute: "version"))
        harness.reply(sweeping: .success(.written))
        #expect(harness.acknowledgements.isEmpty)
        #expect(harness.sweeps.first?.plan.stamp == "updated/in")
        harness.reply(sweeping: .success(.written))
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.isIdle)
    }

    @Test("A message that names no relation sweeps at once")
    func nothingNamed() {
        var harness = Self.harness()
        harness.receive(bodies: #"{"id":1,"v":5}"#)
        harness.reply(.written)
        #expect(harness.sweeps.first?.scope == .below(5, attribute: "version"))
    }

    @Test("Where a newer message has had its say meanwhile, the edges that this one wrote too late go with the rest")
    func overtaken() {
        var harness = Self.harness()
        harness.receive(bodies: #"{"id":1,"v":5,"to":[2]}"#)
        harness.reply(.written)
        harness.reply(.written)
        harness.reply(reading: .success([.found(version: 9, edgesVersion: 8)]))
        #expect(harness.sweeps.first?.scope == .below(8, attribute: "version"))
    }

    @Test(
        "A message that comes again, overtaken, sweeps what it may have written too late before the process ended",
        arguments: [true, false])
    func overtakenAndRedelivered(redelivered: Bool) {
        var harness = Self.harness()
        harness.receive(bodies: #"{"id":1,"v":5,"to":[2]}"#, redelivered: redelivered)
        harness.reply(.stale)
        harness.reply(reading: .success([.found(version: 9, edgesVersion: 8)]))
        #expect(harness.sweeps.map(\.scope) == (redelivered ? [.below(8, attribute: "version")] : []))
    }

    @Test("Without versions the sweep spares what the message names")
    func unversioned() {
        var harness = Self.harness(versions: false)
        harness.receive(bodies: #"{"id":1,"to":[2,3],"from":[]}"#)
        harness.reply(.written)
        harness.reply(.written)
        #expect(harness.sweeps.first?.scope == .besides(["companies:1:companies:2", "companies:1:companies:3"]))
        harness.reply(sweeping: .success(.written))
        #expect(harness.sweeps.first?.scope == .besides([]))
    }

    @Test("An update leaves alone what it does not name")
    func update() {
        var harness = Self.harness { $0.processors[MachineHarness.updated.rawValue].operation = .update }
        harness.receive(bodies: #"{"id":1,"v":5,"to":[2]}"#)
        harness.reply(.written)
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("A sweep that met another client looks again, one that fails counts attempts, an outage gives it back")
    func failures() {
        var harness = Self.harness()
        harness.receive(bodies: #"{"id":1,"v":5}"#)
        harness.reply(.written)
        harness.reply(sweeping: .success(.conflict(Fault(errorNum: 1200, message: "conflict"))))
        harness.advanceToNextWake()
        harness.reply(sweeping: .failure(.unknown(Fault(message: "timeout"))))
        // It may be repeated, so nothing has to be found out.
        #expect(harness.reads.isEmpty)
        harness.reply(sweeping: .failure(.outage(Fault(message: "away"))))
        harness.advanceToNextWake()
        harness.answerProbe(nil)
        for _ in 1...5 {
            harness.reply(sweeping: .success(.transient(Fault(message: "x"))))
            harness.advanceToNextWake()
        }
        #expect(harness.parks.first?.map(\.refusal.reason) == [.retryExhausted])
    }

    @Test("An invalidation removes the edges of the others, of both directions, or marks them with the words of the document's mark")
    func invalidation() {
        var harness = Self.harness(.remove)
        harness.receive(bodies: #"{"id":1,"v":5}"#, processor: MachineHarness.invalidated)
        harness.reply(.written)
        #expect(harness.sweeps.map(\.plan.stamp) == ["updated"])
        harness.reply(sweeping: .success(.written))
        #expect(harness.sweeps.map(\.plan.stamp) == ["updated/in"])
        harness.reply(sweeping: .success(.written))
        #expect(harness.acknowledgedKinds == [.through(1)])

        var marking = Self.harness(.mark)
        marking.receive(bodies: #"{"id":1,"v":5}"#, processor: MachineHarness.invalidated)
        marking.reply(.written)
        let mark = marking.sweeps.first?.plan.mark.map { String(decoding: $0, as: UTF8.self) }
        #expect(mark == #""invalidated":true,"version":5,"invalidated_at":"1970-01-01T00:00:00Z""#)

        var keeping = Self.harness(.keep)
        keeping.receive(bodies: #"{"id":1,"v":5}"#, processor: MachineHarness.invalidated)
        keeping.reply(.written)
        #expect(keeping.acknowledgedKinds == [.through(1)])
    }

    @Test("When the process ended between an invalidated document and its edges, the message that comes again does the rest")
    func repaired() {
        var harness = Self.harness(.remove)
        harness.receive(bodies: #"{"id":1,"v":5}"#, processor: MachineHarness.invalidated)
        harness.reply(.stale)
        #expect(harness.reads.first?.markers == ["edges_of_invalidated"])
        harness.reply(reading: .success([.found(version: 6, edgesVersion: 5)]))
        #expect(harness.sweeps.first?.scope == .below(5, attribute: "version"))
    }
}
