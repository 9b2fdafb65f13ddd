import Messages
import Settings
import Testing

@testable import Pipeline

@Suite("A message's edges follow its document")
struct EdgeTests {
    /// `updated` has edges; versions as asked for; requests of four documents.
    private static func harness(versions: Bool = true, _ change: (inout Settings) -> Void = { _ in }) -> MachineHarness {
        MachineHarness { settings in
            settings.batch.documents = 4
            settings.arangodb.connections = 1
            for index in settings.processors.indices {
                settings.processors[index].key = JSONPointer("/id") ?? JSONPointer()
                settings.processors[index].version = versions ? JSONPointer("/v") : nil
            }
            settings.processors[MachineHarness.updated.rawValue].edges = [
                EdgeSettings(
                    collection: "relations", each: JSONPointer("/to") ?? JSONPointer(), .out, other: JSONPointer(),
                    otherCollection: "companies")
            ]
            change(&settings)
        }
    }

    /// A message about company `id` with relations to `to`.
    private static func body(_ id: Int, v: Int = 1, to: Int...) -> String { #"{"id":\#(id),"v":\#(v),"to":\#(to)}"# }

    @Test("The delivery is settled when its document and all its edges are, and not before")
    func order() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, to: 2, 3))
        #expect(harness.keysInFlight == [["1"]])
        harness.reply(.written)
        #expect(harness.writes.first?.target.collection == "relations")
        #expect(harness.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]])
        #expect(harness.acknowledgements.isEmpty)
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.isIdle)
        #expect(harness.machine.processors[MachineHarness.updated].counters.written == 1)
    }

    @Test("Edges of several messages share a request, and those of a large one leave in several")
    func batches() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, to: 2, 3), Self.body(2, to: 1), Self.body(3, to: 1, 2, 4, 5, 6, 7))
        harness.reply(.written)
        #expect(harness.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3", "companies:2:companies:1"]])
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(2)])
        #expect(harness.keysInFlight.first?.count == 4)
        harness.reply(.written)
        #expect(harness.keysInFlight == [["companies:3:companies:6", "companies:3:companies:7"]])
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(2), .through(3)])
    }

    @Test("The next message of the document waits for the edges")
    func lane() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, v: 1, to: 2), Self.body(1, v: 2, to: 3))
        harness.reply(.written)
        #expect(harness.keysInFlight == [["companies:1:companies:2"]])
        harness.reply(.written)
        #expect(harness.keysInFlight == [["1"]])
    }

    @Test(
        "After a stale document its edges are written if they are of this message, and left alone if a newer one had its say",
        arguments: [
            // Stored version, version of the edges, whether ours are due.
            (5, 5, true),  // ended between document and edges
            (7, 5, true),  // and then came a newer message without relations
            (5, nil, true),  // the document is older than the settings of its edges
            (7, 7, false), (7, nil, false), (7, 3, false), (5, 7, false),
        ] as [(UInt64, UInt64?, Bool)])
    func stale(version: UInt64, edgesVersion: UInt64?, areDue: Bool) {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, v: 5, to: 2))
        harness.reply(.stale)
        #expect(harness.reads.first?.keys.map(\.text) == ["1"])
        #expect(harness.reads.first?.versionAttribute == "version")
        #expect(harness.reads.first?.markers == ["edges_of_updated"])
        harness.reply(reading: .success([.found(version: version, edgesVersion: edgesVersion)]))
        #expect(harness.keysInFlight == (areDue ? [["companies:1:companies:2"]] : []))
        if areDue { harness.reply(.stale) }
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.processors[MachineHarness.updated].counters.stale == 1)
    }

    @Test("A stale document that is gone when looked at settles the delivery; one that cannot be read is read again")
    func staleAndUnreadable() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, v: 5, to: 2))
        harness.reply(.stale)
        harness.reply(reading: .success([.unreadable(Fault(message: "x"))]))
        #expect(harness.acknowledgements.isEmpty)
        harness.advanceToNextWake()
        #expect(harness.reads.count == 1)
        harness.reply(reading: .success([.missing]))
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("Edges that fail for now are tried again, alone and with a count of attempts of their own")
    func transient() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, to: 2, 3))
        harness.reply(.transient(Fault(message: "x")))
        harness.advanceToNextWake()
        harness.reply(.written)
        for attempt in 1...5 {
            #expect(harness.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]], "attempt \(attempt)")
            harness.reply([.written, .transient(Fault(message: "x"))])
            if attempt < 5 { harness.advanceToNextWake() }
        }
        #expect(
            harness.parks.first?.first?.refusal
                == Refusal(.retryExhausted, "after 5 attempts: edge companies:1:companies:3 in relations: x"))
    }

    @Test("An edge that is refused parks its message, and no other")
    func refused() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, to: 2, 3), Self.body(2, to: 1))
        harness.reply(.written)
        harness.reply([.written, .refused(Fault(errorNum: 1620, message: "schema")), .written])
        #expect(
            harness.parks.first?.map(\.refusal)
                == [Refusal(.refusedByDatabase, "edge companies:1:companies:3 in relations: schema (errorNum 1620)")])
        harness.confirmParking()
        #expect(harness.acknowledgedKinds.last == .through(2))
        #expect(harness.machine.isIdle)
    }

    @Test("A request that is rejected as a whole is split by message, then into fewer edges, until one is to blame")
    func rejected() {
        var harness = Self.harness { $0.batch.documents = 8 }
        harness.receive(bodies: Self.body(1, to: 2, 3, 4, 5), Self.body(2, to: 1))
        harness.reply(.written)
        harness.fail(.rejected(Fault(message: "x")))
        #expect(harness.keysInFlight.first?.count == 4)
        harness.fail(.rejected(Fault(message: "x")))
        #expect(harness.keysInFlight == [["companies:2:companies:1"]])
        harness.reply(.written)
        #expect(harness.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]])
        harness.fail(.rejected(Fault(message: "x")))
        #expect(harness.keysInFlight == [["companies:1:companies:2"]])
        harness.reply(.written)
        // What has passed is not asked again.
        #expect(harness.keysInFlight == [["companies:1:companies:3"]])
        harness.fail(.rejected(Fault(message: "x")))
        #expect(harness.parks.first?.map(\.refusal.reason) == [.refusedByDatabase])
    }

    @Test("An outage gives edges back to their place, and they leave again from where they were")
    func outage() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, to: 2, 3, 4, 5, 6))
        harness.reply(.written)
        harness.reply(.written)
        #expect(harness.keysInFlight == [["companies:1:companies:6"]])
        harness.fail(.outage(Fault(message: "away")))
        harness.advanceToNextWake()
        harness.answerProbe(nil)
        #expect(harness.keysInFlight == [["companies:1:companies:6"]])
        harness.reply(.written)
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("Without an answer the edges are read back, and only what is missing makes them leave again")
    func unknown() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, v: 5, to: 2, 3))
        harness.reply(.written)
        harness.fail(.unknown(Fault(message: "timeout")))
        #expect(harness.reads.first?.collection == "relations")
        #expect(harness.reads.first?.keys.map(\.text) == ["companies:1:companies:2", "companies:1:companies:3"])
        harness.reply(reading: .success([.found(version: 5), .missing]))
        harness.advanceToNextWake()
        #expect(harness.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]])
        harness.reply([.stale, .written])
        harness.receive(bodies: Self.body(2, v: 5, to: 2))
        harness.reply(.written)
        harness.fail(.unknown(Fault(message: "timeout")))
        harness.reply(reading: .success([.found(version: 5)]))
        #expect(harness.acknowledgedKinds == [.through(1), .through(2)])
    }

    @Test("Where every write is read back, edges are too")
    func verified() {
        var harness = Self.harness { $0.verify = .always }
        harness.receive(bodies: Self.body(1, v: 5, to: 2))
        harness.reply(.written)
        harness.reply(reading: .success([.found(version: 5)]))
        harness.reply(.written)
        #expect(harness.acknowledgements.isEmpty)
        harness.reply(reading: .success([.found(version: 5)]))
        #expect(harness.acknowledgedKinds == [.through(1)])
    }

    @Test("When the channel goes, nothing more of the message leaves: RabbitMQ delivers it again, and all is done again")
    func channelLost() {
        var harness = Self.harness()
        harness.receive(bodies: Self.body(1, to: 2))
        harness.unsubscribe(MachineHarness.updated)
        harness.reply(.written)
        #expect(harness.writes.isEmpty)
        #expect(harness.machine.isIdle)
        #expect(harness.machine.processors[MachineHarness.updated].counters.returned == 1)
    }

    @Test("Thousands of relations in flight are bounded by the request, not by the message")
    func bounded() {
        var harness = Self.harness { $0.batch.documents = 500 }
        harness.receive(bodies: #"{"id":1,"v":1,"to":[\#((1...5000).map(String.init).joined(separator: ","))]}"#)
        harness.reply(.written)
        var edges = 0
        while let batch = harness.writes.first {
            #expect(batch.writes.count <= 500)
            edges += batch.writes.count
            harness.reply(.written)
        }
        #expect(edges == 5000)
        #expect(harness.acknowledgedKinds == [.through(1)])
        #expect(harness.machine.heldBytes == 0)
    }
}
