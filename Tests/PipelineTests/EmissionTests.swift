import Mapping
import Settings
import Testing

@testable import Pipeline

@Suite("A message tells of what was written")
struct EmissionTests {
    /// `updated` tells others, as `change` says.
    static func bench(
        body: EmitSettings.Body = .document, stale: Bool = false, _ change: (inout Settings) -> Void = { _ in }
    ) throws -> Bench {
        var emit = EmitSettings(exchange: "x", routingKey: try RoutingKeyTemplate("k"))
        emit.body = body
        emit.stale = stale
        return Bench { settings in
            settings.arangodb.connections = 1
            for index in settings.processors.indices {
                settings.processors[index].key = JSONPointer("/id") ?? JSONPointer()
                settings.processors[index].version = JSONPointer("/v")
            }
            settings.processors[Bench.updated].emit = emit
            change(&settings)
        }
    }

    static func body(_ id: Int, v: Int = 1, to: Int...) -> String { #"{"id":\#(id),"v":\#(v),"to":\#(to)}"# }

    private static func edges(_ settings: inout Settings) {
        settings.processors[Bench.updated].edges = [
            EdgeSettings(
                collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(), otherCollection: "companies"
            )
        ]
    }

    private let noQueue = EmitFailure(.message, "no queue")
    private let noExchange = EmitFailure(.exchange, "no exchange")

    @Test("The delivery is settled when the message is written and told, and not before")
    func order() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1), Self.body(2))
        #expect(bench.emits.isEmpty)
        bench.reply(.written)
        #expect(bench.keysTold == [["1", "2"]])
        #expect(bench.emits.first?.orders.first?.outcome == .written)
        #expect(bench.acknowledgements.isEmpty)
        bench.confirmEmission()
        #expect(bench.acknowledgedKinds == [.through(2)])
        #expect(bench.machine.isIdle)
        #expect(bench.machine.processors[Bench.updated].counters.emitted == 2)
        #expect(bench.machine.processors[Bench.updated].counters.written == 2)
    }

    @Test("It is told after the edges")
    func edges() throws {
        var bench = try Self.bench(Self.edges)
        bench.receive(bodies: Self.body(1, to: 2))
        bench.reply(.written)
        #expect(bench.emits.isEmpty)
        bench.reply(.written)
        #expect(bench.keysTold == [["1"]])
        bench.confirmEmission()
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("The next message of the document waits until it is told")
    func lane() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1, v: 1), Self.body(1, v: 2))
        bench.reply(.written)
        #expect(bench.writes.isEmpty)
        bench.confirmEmission()
        #expect(bench.keysInFlight == [["1"]])
    }

    @Test(
        "Stale is told unless something newer is stored: what is stored may be its own, written by a process that ended before it told",
        arguments: [(5, true), (nil, true), (7, false)] as [(UInt64?, Bool)])
    func stale(stored: UInt64?, isTold: Bool) throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1, v: 5))
        bench.reply(.stale)
        #expect(bench.acknowledgements.isEmpty)
        #expect(bench.reads.first?.versionAttribute == "version")
        bench.reply(reading: .success([.found(version: stored)]))
        #expect(bench.keysTold == (isTold ? [["1"]] : []))
        if isTold {
            #expect(bench.emits.first?.orders.first?.outcome == .written)
            bench.confirmEmission()
        }
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.processors[Bench.updated].counters.stale == 1)
    }

    @Test("Where stale ones are asked for, an overtaken one is told as stale, and so is one whose document is gone")
    func staleAskedFor() throws {
        for state in [StoredState.found(version: 7, revision: "r7"), .missing] {
            var bench = try Self.bench(body: .event, stale: true)
            bench.receive(bodies: Self.body(1, v: 5))
            bench.reply(.stored(revision: "r7", isStale: true))
            bench.reply(reading: .success([state]))
            #expect(bench.emits.first?.orders.first?.outcome == .stale)
            bench.confirmEmission()
            #expect(bench.acknowledgedKinds == [.through(1)])
        }
    }

    @Test("Stale edges that are due are written before it is told")
    func staleWithEdges() throws {
        var bench = try Self.bench(Self.edges)
        bench.receive(bodies: Self.body(1, v: 5, to: 2))
        bench.reply(.stale)
        bench.reply(reading: .success([.found(version: 5)]))
        #expect(bench.emits.isEmpty)
        bench.reply(.written)
        #expect(bench.keysTold == [["1"]])
    }

    @Test("An event has the revision of the write's answer, and only an event asks for it")
    func revision() throws {
        var event = try Self.bench(body: .event)
        event.receive(bodies: Self.body(1))
        #expect(event.writes.first?.needsRevisions == true)
        event.reply(.stored(revision: "r1", isStale: false))
        #expect(event.emits.first?.orders.first?.revision == "r1")
        var document = try Self.bench()
        document.receive(bodies: Self.body(1))
        #expect(document.writes.first?.needsRevisions == false)
    }

    @Test("After an unknown outcome the revision is what was read back")
    func revisionReadBack() throws {
        var bench = try Self.bench(body: .event)
        bench.receive(bodies: Self.body(1, v: 5))
        bench.fail(.unknown(Fault(message: "x")))
        #expect(bench.reads.first?.needsRevisions == true)
        bench.reply(reading: .success([.found(version: 5, revision: "r5")]))
        #expect(bench.emits.first?.orders.first?.revision == "r5")
    }

    @Test("What nobody takes stands aside and is tried again, costs no attempt, and is never parked; others go on")
    func unroutable() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1), Self.body(2))
        bench.reply(.written)
        bench.confirmEmission(failing: ["1"])
        #expect(bench.acknowledgements.isEmpty)
        for round in 1...20 {
            #expect(bench.emits.isEmpty, "round \(round)")
            bench.advanceToNextWake()
            #expect(bench.keysTold == [["1"]], "round \(round)")
            bench.confirmEmission(failing: ["1"])
        }
        bench.receive(bodies: Self.body(3))
        bench.reply(.written)
        #expect(bench.keysTold == [["3"]])
        bench.confirmEmission()
        #expect(bench.parks.isEmpty)
        bench.advanceToNextWake()
        bench.confirmEmission()
        #expect(bench.acknowledgedKinds == [.through(3)])
        #expect(bench.machine.processors[Bench.updated].counters.emitFailed == 21)
        #expect(bench.machine.processors[Bench.updated].counters.retried == 0)
    }

    @Test("When one that stood aside passes, the others follow at once")
    func boundAgain() throws {
        var bench = try Self.bench()
        let keys = (1...300).map { "\($0)" }
        for key in 1...300 { bench.receive(bodies: Self.body(key)) }
        while !bench.writes.isEmpty { bench.reply(.written) }
        while bench.acknowledgements.isEmpty, !bench.emits.isEmpty { bench.confirmEmission(failing: keys) }
        bench.advanceToNextWake()
        #expect(bench.emits.first?.orders.count == EmissionLine.bulkBound)
        bench.confirmEmission()
        #expect(bench.emits.first?.orders.count == 300 - EmissionLine.bulkBound)
    }

    @Test("While the exchange takes nothing, one message at a time tries")
    func missingExchange() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1), Self.body(2), Self.body(3))
        bench.reply(.written)
        bench.confirmEmission(failing: ["1", "2", "3"], noExchange)
        #expect(bench.emits.isEmpty)
        bench.advanceToNextWake()
        #expect(bench.keysTold == [["1"]])
        bench.confirmEmission(failing: ["1"], noExchange)
        bench.advanceToNextWake()
        #expect(bench.keysTold == [["2"]])
        bench.confirmEmission()
        #expect(bench.keysTold == [["3", "1"]])
        bench.confirmEmission()
        #expect(bench.acknowledgedKinds == [.through(3)])
    }

    @Test("A failure is told once when it begins and once when it ends")
    func notes() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1))
        bench.reply(.written)
        for _ in 1...3 {
            bench.confirmEmission(failing: ["1"])
            bench.advanceToNextWake()
        }
        bench.confirmEmission()
        let told = bench.notes.compactMap { note -> String? in
            switch note {
            case .emitFailing(Bench.updated, let text, _, let isNew): isNew ? "begins: \(text)" : "goes on"
            case .emitBack(Bench.updated, _): "ends"
            default: nil
            }
        }
        #expect(told == ["begins: no queue", "goes on", "goes on", "ends"])
    }

    @Test("A processor whose exchange is missing does not hold up another's")
    func neighbours() throws {
        var bench = try Self.bench { settings in settings.processors[Bench.invalidated].emit = settings.processors[Bench.updated].emit }
        bench.receive(bodies: Self.body(1))
        bench.reply(.written)
        bench.receive(bodies: Self.body(2), processor: Bench.invalidated)
        bench.reply(.written)
        #expect(bench.keysTold == [["1"], ["2"]])
        bench.confirmEmission(failing: ["1"], noExchange)
        bench.confirmEmission()
        #expect(bench.acknowledgements.map(\.processor) == [Bench.invalidated])
    }

    @Test("Untold for ten minutes, deliveries go back to RabbitMQ, and what comes then is tried again")
    func longest() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1))
        bench.reply(.written)
        bench.confirmEmission(failing: ["1"])
        bench.advance(by: PipelineMachine.longestHold)
        #expect(!bench.consuming)
        bench.confirmEmission(failing: ["1"])
        bench.unsubscribe(Bench.updated)
        bench.unsubscribe(Bench.invalidated)
        #expect(bench.consuming)
        #expect(bench.machine.isIdle)
        #expect(bench.machine.processors[Bench.updated].counters.returned == 1)
        bench.subscribe(Bench.updated, 2)
        bench.receive(bodies: Self.body(1), session: 2, redelivered: true)
        bench.reply(.stale)
        bench.reply(reading: .success([.found(version: 1)]))
        #expect(bench.keysTold == [["1"]])
        bench.confirmEmission()
        #expect(bench.acknowledgements.map(\.session) == [2])
        #expect(bench.notes.contains { if case .emitBack = $0 { true } else { false } })
    }

    @Test("A lost channel drops what waits to be told; what is under way is finished without an acknowledgement")
    func lostChannel() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1))
        bench.reply(.written)
        bench.receive(bodies: Self.body(2))
        bench.reply(.written)
        // The second waits behind the bulk that is under way.
        #expect(bench.keysTold == [["1"]])
        bench.unsubscribe(Bench.updated)
        #expect(bench.machine.lanes.count == 1)
        bench.confirmEmission()
        #expect(bench.emits.isEmpty)
        #expect(bench.acknowledgements.isEmpty)
        #expect(bench.machine.isIdle)
    }

    @Test("Messages that are told are not put together")
    func noConflation() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(9))
        bench.receive(bodies: Self.body(1, v: 1), Self.body(1, v: 2), Self.body(1, v: 3))
        bench.reply(.written)
        #expect(bench.keysInFlight == [["1"]])
        bench.reply(.written)
        #expect(bench.machine.processors[Bench.updated].counters.conflated == 0)
    }

    @Test("What was written while it is told is no evidence that the database works for others")
    func evidence() throws {
        var bench = try Self.bench()
        bench.receive(bodies: Self.body(1))
        bench.reply(.written)
        let settled = bench.machine.settledCount
        bench.confirmEmission()
        #expect(bench.machine.settledCount == settled)
    }
}
