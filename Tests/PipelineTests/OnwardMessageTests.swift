import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("A message tells of what was written")
struct OnwardMessageTests {
    /// `updated` publishes onward messages, as `change` says.
    static func harness(
        body: EmitSettings.Body = .document, stale: Bool = false, _ change: (inout Settings) -> Void = { _ in }
    ) throws -> MachineHarness {
        var emit = EmitSettings(exchange: "x", routingKey: try RoutingKeyTemplate("k"))
        emit.body = body
        emit.stale = stale
        return MachineHarness { settings in
            settings.arangodb.connections = 1
            for index in settings.processors.indices {
                settings.processors[index].key = JSONPointer("/id") ?? JSONPointer()
                settings.processors[index].version = JSONPointer("/v")
            }
            settings.processors[MachineHarness.updated.rawValue].emit = emit
            change(&settings)
        }
    }

    static func body(_ id: Int, v: Int = 1, to: Int...) -> String { #"{"id":\#(id),"v":\#(v),"to":\#(to)}"# }

    private static func edges(_ settings: inout Settings) {
        settings.processors[MachineHarness.updated.rawValue].edges = [
            EdgeSettings(
                collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(), otherCollection: "companies"
            )
        ]
    }

    private let noQueue = OnwardFailure(.message, "no queue")
    private let noExchange = OnwardFailure(.exchange, "no exchange")

    @Test("The delivery is settled when the message is written and told, and not before")
    func order() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1), Self.body(2))
        #expect(harness.emits.isEmpty)
        harness.reply(.written)
        #expect(harness.keysTold == [["1", "2"]])
        #expect(harness.emits.first?.orders.first?.outcome == .written)
        #expect(harness.acknowledgements.isEmpty)
        harness.confirmOnward()
        #expect(harness.acknowledgedKinds == [.through(2)])
        #expect(harness.machine.isIdle)
        #expect(harness.machine.processors[MachineHarness.updated].counters.emitted == 2)
        #expect(harness.machine.processors[MachineHarness.updated].counters.written == 2)
    }

    @Test("It is told after the edges")
    func edges() throws {
        var harness = try Self.harness(Self.edges)
        harness.receive(bodies: Self.body(1, to: 2))
        harness.reply(.written)
        #expect(harness.emits.isEmpty)
        harness.reply(.written)
        #expect(harness.keysTold == [["1"]])
        harness.confirmOnward()
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("The next message of the document waits until it is told")
    func lane() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1, v: 1), Self.body(1, v: 2))
        harness.reply(.written)
        #expect(harness.writes.isEmpty)
        harness.confirmOnward()
        #expect(harness.keysInFlight == [["1"]])
    }

    @Test(
        "Stale is told unless something newer is stored: what is stored may be its own, written by a process that ended before it told",
        arguments: [(5, true), (nil, true), (7, false)] as [(UInt64?, Bool)])
    func stale(stored: UInt64?, isTold: Bool) throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1, v: 5))
        harness.reply(.stale)
        #expect(harness.acknowledgements.isEmpty)
        #expect(harness.reads.first?.versionAttribute == "version")
        harness.reply(reading: .success([.found(version: stored)]))
        #expect(harness.keysTold == (isTold ? [["1"]] : []))
        if isTold {
            #expect(harness.emits.first?.orders.first?.outcome == .written)
            harness.confirmOnward()
        }
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.processors[MachineHarness.updated].counters.stale == 1)
    }

    @Test("Where stale ones are asked for, an overtaken one is told as stale, and so is one whose document is gone")
    func staleAskedFor() throws {
        for state in [StoredState.found(version: 7, revision: "r7"), .missing] {
            var harness = try Self.harness(body: .event, stale: true)
            harness.receive(bodies: Self.body(1, v: 5))
            harness.reply(.stored(revision: "r7", isStale: true))
            harness.reply(reading: .success([state]))
            #expect(harness.emits.first?.orders.first?.outcome == .stale)
            harness.confirmOnward()
            #expect(harness.acknowledgedKinds == [.through(1)])
        }
    }

    @Test("Stale edges that are due are written before it is told")
    func staleWithEdges() throws {
        var harness = try Self.harness(Self.edges)
        harness.receive(bodies: Self.body(1, v: 5, to: 2))
        harness.reply(.stale)
        harness.reply(reading: .success([.found(version: 5)]))
        #expect(harness.emits.isEmpty)
        harness.reply(.written)
        #expect(harness.keysTold == [["1"]])
    }

    @Test("An event has the revision of the write's answer, and only an event asks for it")
    func revision() throws {
        var event = try Self.harness(body: .event)
        event.receive(bodies: Self.body(1))
        #expect(event.writes.first?.needsRevisions == true)
        event.reply(.stored(revision: "r1", isStale: false))
        #expect(event.emits.first?.orders.first?.revision == "r1")
        var document = try Self.harness()
        document.receive(bodies: Self.body(1))
        #expect(document.writes.first?.needsRevisions == false)
    }

    @Test("After an unknown outcome the revision is what was read back")
    func revisionReadBack() throws {
        var harness = try Self.harness(body: .event)
        harness.receive(bodies: Self.body(1, v: 5))
        harness.fail(.unknown(Fault(message: "x")))
        #expect(harness.reads.first?.needsRevisions == true)
        harness.reply(reading: .success([.found(version: 5, revision: "r5")]))
        #expect(harness.emits.first?.orders.first?.revision == "r5")
    }

    @Test("A message that no queue accepts is set aside and tried again, costs no attempt, and is never parked; others are published")
    func unroutable() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1), Self.body(2))
        harness.reply(.written)
        harness.confirmOnward(failing: ["1"])
        #expect(harness.acknowledgements.isEmpty)
        for round in 1...20 {
            #expect(harness.emits.isEmpty, "round \(round)")
            harness.advanceToNextWake()
            #expect(harness.keysTold == [["1"]], "round \(round)")
            harness.confirmOnward(failing: ["1"])
        }
        harness.receive(bodies: Self.body(3))
        harness.reply(.written)
        #expect(harness.keysTold == [["3"]])
        harness.confirmOnward()
        #expect(harness.parks.isEmpty)
        harness.advanceToNextWake()
        harness.confirmOnward()
        #expect(harness.acknowledgedKinds == [.through(3)])
        #expect(harness.machine.processors[MachineHarness.updated].counters.emitFailed == 21)
        #expect(harness.machine.processors[MachineHarness.updated].counters.retried == 0)
    }

    @Test("When one that stood aside passes, the others follow at once")
    func boundAgain() throws {
        var harness = try Self.harness()
        let keys = (1...300).map { "\($0)" }
        for key in 1...300 { harness.receive(bodies: Self.body(key)) }
        while !harness.writes.isEmpty { harness.reply(.written) }
        while harness.acknowledgements.isEmpty, !harness.emits.isEmpty { harness.confirmOnward(failing: keys) }
        harness.advanceToNextWake()
        #expect(harness.emits.first?.orders.count == OnwardLine.bulkBound)
        harness.confirmOnward()
        #expect(harness.emits.first?.orders.count == 300 - OnwardLine.bulkBound)
    }

    @Test("While the exchange takes nothing, one message at a time tries")
    func missingExchange() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1), Self.body(2), Self.body(3))
        harness.reply(.written)
        harness.confirmOnward(failing: ["1", "2", "3"], noExchange)
        #expect(harness.emits.isEmpty)
        harness.advanceToNextWake()
        #expect(harness.keysTold == [["1"]])
        harness.confirmOnward(failing: ["1"], noExchange)
        harness.advanceToNextWake()
        #expect(harness.keysTold == [["2"]])
        harness.confirmOnward()
        #expect(harness.keysTold == [["3", "1"]])
        harness.confirmOnward()
        #expect(harness.acknowledgedKinds == [.through(3)])
    }

    @Test("A failure is told once when it begins and once when it ends")
    func notes() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1))
        harness.reply(.written)
        for _ in 1...3 {
            harness.confirmOnward(failing: ["1"])
            harness.advanceToNextWake()
        }
        harness.confirmOnward()
        let told = harness.notes.compactMap { note -> String? in
            switch note {
            case .emitFailing(MachineHarness.updated, let text, _, let isNew): isNew ? "begins: \(text)" : "goes on"
            case .emitBack(MachineHarness.updated, _): "ends"
            default: nil
            }
        }
        #expect(told == ["begins: no queue", "goes on", "goes on", "ends"])
    }

    @Test("A processor whose exchange is missing does not hold up another's")
    func neighbours() throws {
        var harness = try Self.harness { settings in
            settings.processors[MachineHarness.invalidated.rawValue].emit = settings.processors[MachineHarness.updated.rawValue].emit
        }
        harness.receive(bodies: Self.body(1))
        harness.reply(.written)
        harness.receive(bodies: Self.body(2), processor: MachineHarness.invalidated)
        harness.reply(.written)
        #expect(harness.keysTold == [["1"], ["2"]])
        harness.confirmOnward(failing: ["1"], noExchange)
        harness.confirmOnward()
        #expect(harness.acknowledgements.map(\.processor) == [MachineHarness.invalidated])
    }

    @Test("Untold for ten minutes, deliveries go back to RabbitMQ, and what comes then is tried again")
    func longest() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1))
        harness.reply(.written)
        harness.confirmOnward(failing: ["1"])
        harness.advance(by: PipelineMachine.longestHold)
        #expect(!harness.consuming)
        harness.confirmOnward(failing: ["1"])
        harness.unsubscribe(MachineHarness.updated)
        harness.unsubscribe(MachineHarness.invalidated)
        #expect(harness.consuming)
        #expect(harness.machine.isIdle)
        #expect(harness.machine.processors[MachineHarness.updated].counters.returned == 1)
        harness.subscribe(MachineHarness.updated, 2)
        harness.receive(bodies: Self.body(1), session: 2, redelivered: true)
        harness.reply(.stale)
        harness.reply(reading: .success([.found(version: 1)]))
        #expect(harness.keysTold == [["1"]])
        harness.confirmOnward()
        #expect(harness.acknowledgements.map(\.session) == [2])
        #expect(harness.notes.contains { if case .emitBack = $0 { true } else { false } })
    }

    @Test("A lost channel drops what waits to be told; what is under way is finished without an acknowledgement")
    func lostChannel() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1))
        harness.reply(.written)
        harness.receive(bodies: Self.body(2))
        harness.reply(.written)
        // The second waits behind the bulk that is under way.
        #expect(harness.keysTold == [["1"]])
        harness.unsubscribe(MachineHarness.updated)
        #expect(harness.machine.lanes.count == 1)
        harness.confirmOnward()
        #expect(harness.emits.isEmpty)
        #expect(harness.acknowledgements.isEmpty)
        #expect(harness.machine.isIdle)
    }

    @Test("Messages that are told are not put together")
    func noConflation() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(9))
        harness.receive(bodies: Self.body(1, v: 1), Self.body(1, v: 2), Self.body(1, v: 3))
        harness.reply(.written)
        #expect(harness.keysInFlight == [["1"]])
        harness.reply(.written)
        #expect(harness.machine.processors[MachineHarness.updated].counters.conflated == 0)
    }

    @Test("What was written while it is told is no evidence that the database works for others")
    func evidence() throws {
        var harness = try Self.harness()
        harness.receive(bodies: Self.body(1))
        harness.reply(.written)
        harness.proof = nil
        harness.receive(bodies: Self.body(2))
        harness.reply(.transient(Fault(message: "x")))
        harness.confirmOnward()
        #expect(harness.machine.investigations.areWaiting && harness.machine.processors[MachineHarness.updated].counters.retried == 0)
        for _ in 1...Investigation.window { harness.answerProof(nil) }
        #expect(!harness.machine.investigations.areWaiting && harness.machine.processors[MachineHarness.updated].counters.retried == 1)
    }
}
