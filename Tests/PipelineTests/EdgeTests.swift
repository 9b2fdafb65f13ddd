import Mapping
import Settings
import Testing

@testable import Pipeline

@Suite("A message's edges follow its document")
struct EdgeTests {
    /// `updated` has edges; versions as asked for; requests of four documents.
    private static func bench(versions: Bool = true, _ change: (inout Settings) -> Void = { _ in }) -> Bench {
        Bench { settings in
            settings.batch.documents = 4
            settings.arangodb.connections = 1
            for index in settings.processors.indices {
                settings.processors[index].key = JSONPointer("/id") ?? JSONPointer()
                settings.processors[index].version = versions ? JSONPointer("/v") : nil
            }
            settings.processors[Bench.updated].edges = [
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
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, to: 2, 3))
        #expect(bench.keysInFlight == [["1"]])
        bench.reply(.written)
        #expect(bench.writes.first?.target.collection == "relations")
        #expect(bench.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]])
        #expect(bench.acknowledgements.isEmpty)
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.isIdle)
        #expect(bench.machine.processors[Bench.updated].counters.written == 1)
    }

    @Test("Edges of several messages share a request, and those of a large one leave in several")
    func batches() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, to: 2, 3), Self.body(2, to: 1), Self.body(3, to: 1, 2, 4, 5, 6, 7))
        bench.reply(.written)
        #expect(bench.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3", "companies:2:companies:1"]])
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(2)])
        #expect(bench.keysInFlight.first?.count == 4)
        bench.reply(.written)
        #expect(bench.keysInFlight == [["companies:3:companies:6", "companies:3:companies:7"]])
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(2), .through(3)])
    }

    @Test("The next message of the document waits for the edges")
    func lane() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, v: 1, to: 2), Self.body(1, v: 2, to: 3))
        bench.reply(.written)
        #expect(bench.keysInFlight == [["companies:1:companies:2"]])
        bench.reply(.written)
        #expect(bench.keysInFlight == [["1"]])
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
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, v: 5, to: 2))
        bench.reply(.stale)
        #expect(bench.reads.first?.keys.map(\.text) == ["1"])
        #expect(bench.reads.first?.versionAttribute == "version")
        #expect(bench.reads.first?.markers == ["edges_of_updated"])
        bench.reply(reading: .success([.found(version: version, edgesVersion: edgesVersion)]))
        #expect(bench.keysInFlight == (areDue ? [["companies:1:companies:2"]] : []))
        if areDue { bench.reply(.stale) }
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.processors[Bench.updated].counters.stale == 1)
    }

    @Test("A stale document that is gone when looked at settles the delivery; one that cannot be read is read again")
    func staleAndUnreadable() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, v: 5, to: 2))
        bench.reply(.stale)
        bench.reply(reading: .success([.unreadable(Fault(message: "x"))]))
        #expect(bench.acknowledgements.isEmpty)
        bench.advanceToNextWake()
        #expect(bench.reads.count == 1)
        bench.reply(reading: .success([.missing]))
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("Edges that fail for now are tried again, alone and with a count of attempts of their own")
    func transient() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, to: 2, 3))
        bench.reply(.transient(Fault(message: "x")))
        bench.advanceToNextWake()
        bench.reply(.written)
        for attempt in 1...5 {
            #expect(bench.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]], "attempt \(attempt)")
            bench.reply([.written, .transient(Fault(message: "x"))])
            if attempt < 5 { bench.advanceToNextWake() }
        }
        #expect(
            bench.parks.first?.first?.refusal
                == Refusal(.retryExhausted, "after 5 attempts: edge companies:1:companies:3 in relations: x"))
    }

    @Test("An edge that is refused parks its message, and no other")
    func refused() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, to: 2, 3), Self.body(2, to: 1))
        bench.reply(.written)
        bench.reply([.written, .refused(Fault(errorNum: 1620, message: "schema")), .written])
        #expect(
            bench.parks.first?.map(\.refusal)
                == [Refusal(.refusedByDatabase, "edge companies:1:companies:3 in relations: schema (errorNum 1620)")])
        bench.confirmParking()
        #expect(bench.acknowledgedKinds.last == .through(2))
        #expect(bench.machine.isIdle)
    }

    @Test("A request that is rejected as a whole is split by message, then into fewer edges, until one is to blame")
    func rejected() {
        var bench = Self.bench { $0.batch.documents = 8 }
        bench.receive(bodies: Self.body(1, to: 2, 3, 4, 5), Self.body(2, to: 1))
        bench.reply(.written)
        bench.fail(.rejected(Fault(message: "x")))
        #expect(bench.keysInFlight.first?.count == 4)
        bench.fail(.rejected(Fault(message: "x")))
        #expect(bench.keysInFlight == [["companies:2:companies:1"]])
        bench.reply(.written)
        #expect(bench.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]])
        bench.fail(.rejected(Fault(message: "x")))
        #expect(bench.keysInFlight == [["companies:1:companies:2"]])
        bench.reply(.written)
        // What has passed is not asked again.
        #expect(bench.keysInFlight == [["companies:1:companies:3"]])
        bench.fail(.rejected(Fault(message: "x")))
        #expect(bench.parks.first?.map(\.refusal.reason) == [.refusedByDatabase])
    }

    @Test("An outage gives edges back to their place, and they leave again from where they were")
    func outage() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, to: 2, 3, 4, 5, 6))
        bench.reply(.written)
        bench.reply(.written)
        #expect(bench.keysInFlight == [["companies:1:companies:6"]])
        bench.fail(.outage(Fault(message: "away")))
        bench.advanceToNextWake()
        bench.answerProbe(nil)
        #expect(bench.keysInFlight == [["companies:1:companies:6"]])
        bench.reply(.written)
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("Without an answer the edges are read back, and only what is missing makes them leave again")
    func unknown() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, v: 5, to: 2, 3))
        bench.reply(.written)
        bench.fail(.unknown(Fault(message: "timeout")))
        #expect(bench.reads.first?.collection == "relations")
        #expect(bench.reads.first?.keys.map(\.text) == ["companies:1:companies:2", "companies:1:companies:3"])
        bench.reply(reading: .success([.found(version: 5), .missing]))
        bench.advanceToNextWake()
        #expect(bench.keysInFlight == [["companies:1:companies:2", "companies:1:companies:3"]])
        bench.reply([.stale, .written])
        bench.receive(bodies: Self.body(2, v: 5, to: 2))
        bench.reply(.written)
        bench.fail(.unknown(Fault(message: "timeout")))
        bench.reply(reading: .success([.found(version: 5)]))
        #expect(bench.acknowledgedKinds == [.through(1), .through(2)])
    }

    @Test("Where every write is read back, edges are too")
    func verified() {
        var bench = Self.bench { $0.verify = .always }
        bench.receive(bodies: Self.body(1, v: 5, to: 2))
        bench.reply(.written)
        bench.reply(reading: .success([.found(version: 5)]))
        bench.reply(.written)
        #expect(bench.acknowledgements.isEmpty)
        bench.reply(reading: .success([.found(version: 5)]))
        #expect(bench.acknowledgedKinds == [.through(1)])
    }

    @Test("When the channel goes, nothing more of the message leaves: RabbitMQ delivers it again, and all is done again")
    func channelLost() {
        var bench = Self.bench()
        bench.receive(bodies: Self.body(1, to: 2))
        bench.unsubscribe(Bench.updated)
        bench.reply(.written)
        #expect(bench.writes.isEmpty)
        #expect(bench.machine.isIdle)
        #expect(bench.machine.processors[Bench.updated].counters.returned == 1)
    }

    @Test("Thousands of relations in flight are bounded by the request, not by the message")
    func bounded() {
        var bench = Self.bench { $0.batch.documents = 500 }
        bench.receive(bodies: #"{"id":1,"v":1,"to":[\#((1...5000).map(String.init).joined(separator: ","))]}"#)
        bench.reply(.written)
        var edges = 0
        while let batch = bench.writes.first {
            #expect(batch.writes.count <= 500)
            edges += batch.writes.count
            bench.reply(.written)
        }
        #expect(edges == 5000)
        #expect(bench.acknowledgedKinds == [.through(1)])
        #expect(bench.machine.heldBytes == 0)
    }
}
