import Mapping
import Settings
import Testing

@testable import Pipeline

@Suite("A full truth removes the edges that it does not name")
struct SweepTests {
    /// `updated` is a `sync` with edges out to companies and in from people; `invalidated` does `word` to them.
    private static func bench(
        versions: Bool = true, _ word: ProcessorSettings.EdgeInvalidation = .keep, _ change: (inout Settings) -> Void = { _ in }
    ) -> Bench {
        Bench { settings in
            settings.arangodb.connections = 1
            for index in settings.processors.indices {
                settings.processors[index].key = JSONPointer("/id") ?? JSONPointer()
                settings.processors[index].version = versions ? JSONPointer("/v") : nil
            }
            settings.processors[Bench.updated].operation = .sync
            settings.processors[Bench.updated].edges = [
                EdgeSettings(
                    collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(),
                    otherCollection: "companies"),
                EdgeSettings(
                    collection: "owners", each: JSONPointer("/from") ?? JSONPointer(), .in, other: JSONPointer(),
                    otherCollection: "people"),
            ]
            settings.processors[Bench.invalidated].operation = .invalidate
            settings.processors[Bench.invalidated].edgesOnInvalidate = word
            change(&settings)
        }
    }

    @Test("After its edges, one sweep for each collection and direction, of what is older than the message")
    func sweeps() {
        var bench = Self.bench()
        bench.receive(bodies: #"{"id":1,"v":5,"to":[2],"from":[7]}"#)
        bench.reply(.written)
        bench.reply(.written)
        bench.reply(.written)
        #expect(bench.reads.first?.markers == ["edges_of_updated"])
        bench.reply(reading: .success([.found(version: 5, edgesVersion: 5)]))
        #expect(bench.sweeps.first?.plan.target.collection == "relations")
        #expect(bench.sweeps.first?.plan.direction == .out)
        #expect(bench.sweeps.first?.plan.vertex == "companies/1")
        #expect(bench.sweeps.first?.plan.stamp == "updated")
        #expect(bench.sweeps.first?.plan.mark == nil)
        #expect(bench.sweeps.first?.scope == .below(5, attribute: "version"))
        bench.reply(sweeping: .success(.written))
        #expect(bench.acknowledgements.isEmpty)
        #expect(bench.sweeps.first?.plan.stamp == "updated/in")
        bench.reply(sweeping: .success(.written))
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.isIdle)
    }

    @Test("A message that names no relation sweeps at once")
    func nothingNamed() {
        var bench = Self.bench()
        bench.receive(bodies: #"{"id":1,"v":5}"#)
        bench.reply(.written)
        #expect(bench.sweeps.first?.scope == .below(5, attribute: "version"))
    }

    @Test("Where a newer message has had its say meanwhile, the edges that this one wrote too late go with the rest")
    func overtaken() {
        var bench = Self.bench()
        bench.receive(bodies: #"{"id":1,"v":5,"to":[2]}"#)
        bench.reply(.written)
        bench.reply(.written)
        bench.reply(reading: .success([.found(version: 9, edgesVersion: 8)]))
        #expect(bench.sweeps.first?.scope == .below(8, attribute: "version"))
    }

    @Test(
        "A message that comes again, overtaken, sweeps what it may have written too late before the process ended",
        arguments: [true, false])
    func overtakenAndRedelivered(redelivered: Bool) {
        var bench = Self.bench()
        bench.receive(bodies: #"{"id":1,"v":5,"to":[2]}"#, redelivered: redelivered)
        bench.reply(.stale)
        bench.reply(reading: .success([.found(version: 9, edgesVersion: 8)]))
        #expect(bench.sweeps.map(\.scope) == (redelivered ? [.below(8, attribute: "version")] : []))
    }

    @Test("Without versions the sweep spares what the message names")
    func unversioned() {
        var bench = Self.bench(versions: false)
        bench.receive(bodies: #"{"id":1,"to":[2,3],"from":[]}"#)
        bench.reply(.written)
        bench.reply(.written)
        #expect(bench.sweeps.first?.scope == .besides(["companies:1:companies:2", "companies:1:companies:3"]))
        bench.reply(sweeping: .success(.written))
        #expect(bench.sweeps.first?.scope == .besides([]))
    }

    @Test("An update leaves alone what it does not name")
    func update() {
        var bench = Self.bench { $0.processors[Bench.updated].operation = .update }
        bench.receive(bodies: #"{"id":1,"v":5,"to":[2]}"#)
        bench.reply(.written)
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("A sweep that met somebody else looks again, one that fails counts attempts, an outage gives it back")
    func failures() {
        var bench = Self.bench()
        bench.receive(bodies: #"{"id":1,"v":5}"#)
        bench.reply(.written)
        bench.reply(sweeping: .success(.conflict(Fault(errorNum: 1200, message: "conflict"))))
        bench.advanceToNextWake()
        bench.reply(sweeping: .failure(.unknown(Fault(message: "timeout"))))
        // It may be repeated, so nothing has to be found out.
        #expect(bench.reads.isEmpty)
        bench.reply(sweeping: .failure(.outage(Fault(message: "away"))))
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        for _ in 1...5 {
            bench.reply(sweeping: .success(.transient(Fault(message: "x"))))
            bench.advanceToNextWake()
        }
        #expect(bench.parks.first?.map(\.refusal.reason) == [.retryExhausted])
    }

    @Test("An invalidation removes the edges of the others, of both directions, or marks them with the words of the document's mark")
    func invalidation() {
        var bench = Self.bench(.remove)
        bench.receive(bodies: #"{"id":1,"v":5}"#, processor: Bench.invalidated)
        bench.reply(.written)
        #expect(bench.sweeps.map(\.plan.stamp) == ["updated"])
        bench.reply(sweeping: .success(.written))
        #expect(bench.sweeps.map(\.plan.stamp) == ["updated/in"])
        bench.reply(sweeping: .success(.written))
        #expect(bench.acknowledgedKinds == [.through(1)])

        var marking = Self.bench(.mark)
        marking.receive(bodies: #"{"id":1,"v":5}"#, processor: Bench.invalidated)
        marking.reply(.written)
        let mark = marking.sweeps.first?.plan.mark.map { String(decoding: $0, as: UTF8.self) }
        #expect(mark == #""invalidated":true,"version":5,"invalidated_at":"1970-01-01T00:00:00Z""#)

        var keeping = Self.bench(.keep)
        keeping.receive(bodies: #"{"id":1,"v":5}"#, processor: Bench.invalidated)
        keeping.reply(.written)
        #expect(keeping.acknowledgedKinds == [.through(1)])
    }

    @Test("When the process ended between an invalidated document and its edges, the message that comes again does the rest")
    func repaired() {
        var bench = Self.bench(.remove)
        bench.receive(bodies: #"{"id":1,"v":5}"#, processor: Bench.invalidated)
        bench.reply(.stale)
        #expect(bench.reads.first?.markers == ["edges_of_invalidated"])
        bench.reply(reading: .success([.found(version: 6, edgesVersion: 5)]))
        #expect(bench.sweeps.first?.scope == .below(5, attribute: "version"))
    }
}
