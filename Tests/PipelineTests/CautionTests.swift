import Messages
import Testing

@testable import Pipeline

@Suite("What is judged of the last process")
struct CautionTests {
    static let soft = [
        ("success", "0"), ("signal", "KILL"), ("signal", "HUP"), ("timeout", "KILL"), ("exit-code", "1"), ("resources", "-"), ("", ""),
        ("nonsense", "SEGV"),
    ]
    static let hard = [
        ("oom-kill", "KILL"), ("watchdog", "ABRT"), ("core-dump", "SEGV"), ("signal", "SEGV"), ("signal", "ABRT"), ("signal", "ILL"),
        ("signal", "BUS"), ("signal", "FPE"), ("signal", "TRAP"),
    ]

    @Test("One that stopped in order, or was never there, gives no reason for caution, whatever systemd says", arguments: soft + hard)
    func inOrder(result: String, status: String) {
        #expect(Caution(after: last(.stopped, [.mapping]), ending: ending(result, status)) == .none)
        #expect(Caution(after: .nothing, ending: ending(result, status)) == .none)
    }

    @Test("One that was killed while it stopped was meant itself, unless there is hard evidence", arguments: soft)
    func whileStopping(result: String, status: String) {
        #expect(Caution(after: last(.stopping, [.handling, .mapping]), ending: ending(result, status)) == .none)
        #expect(Caution(after: last(.stopping, [.mapping]), ending: nil) == .none)
        #expect(
            Caution(after: last(.stopping, [.mapping]), ending: ending("oom-kill", "KILL")) == Caution(measure: .watched, named: [1: 2]))
    }

    @Test("Without hard evidence what it may have held is watched, and what waited for a server does not count", arguments: soft)
    func withoutEvidence(result: String, status: String) {
        for ending in [ending(result, status), nil] {
            #expect(Caution(after: last(.running, []), ending: ending) == Caution(measure: .watched))
            #expect(Caution(after: last(.running, [.handling], processes: 1), ending: ending) == Caution(measure: .watched))
            #expect(Caution(after: last(.running, [.handling], processes: 3), ending: ending) == Caution(measure: .watched, named: [1: 2]))
        }
    }

    @Test("With hard evidence each goes alone, unless the record says on which it computed", arguments: hard)
    func withEvidence(result: String, status: String) {
        let ending = ending(result, status)
        #expect(Caution(after: last(.running, []), ending: ending) == Caution(measure: .alone))
        #expect(Caution(after: last(.running, [.handling]), ending: ending) == Caution(measure: .alone, named: [1: 2]))
        #expect(
            Caution(after: last(.running, [.mapping, .handling]), ending: ending) == Caution(measure: .watched, named: [1: 2, 2: 2]))
    }

    @Test("Computing counts however it ended; of encoding it is not sure whose text it was")
    func computing() {
        #expect(Caution(after: last(.running, [.mapping]), ending: nil) == Caution(measure: .watched, named: [1: 2]))
        #expect(Caution(after: last(.running, [.encoding]), ending: nil) == Caution(measure: .alone, named: [1: 2]))
        #expect(Caution(after: last(.running, [], isComputing: true), ending: nil) == Caution(measure: .alone))
    }

    @Test("What an earlier process named, and this one did not meet, is still named")
    func before() {
        #expect(Caution(after: last(.running, [.before]), ending: nil) == Caution(measure: .watched, named: [1: 2]))
    }

    @Test("How another process ended is no evidence")
    func anotherProcess() {
        let ending = ProcessEnding(result: "oom-kill", status: "KILL", invocation: "another")
        #expect(Caution(after: last(.running, [.handling]), ending: ending) == Caution(measure: .watched, named: [1: 1]))
    }

    @Test("A record that cannot be read names nobody")
    func unreadable() {
        #expect(Caution(after: .unreadable, ending: ending("oom-kill", "KILL")) == Caution(measure: .watched))
    }

    private func last(
        _ state: LastProcess.State, _ stages: [PoisonRecord.Stage], processes: Int = 2, isComputing: Bool = false
    ) -> Caution.Knowledge {
        let records = stages.enumerated().map { PoisonRecord(fingerprint: UInt64($0 + 1), stage: $1, processes: processes) }
        return .process(
            LastProcess(state: state, invocation: "i", poisonRecords: PoisonRecords(records: records, isComputing: isComputing)))
    }

    private func ending(_ result: String, _ status: String) -> ProcessEnding {
        ProcessEnding(result: result, status: status, invocation: "i")
    }
}

@Suite("What becomes of a message over several processes")
struct ConvictionTests {
    private static let message = Delivery(
        tag: 1, redelivered: true, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil, bytes: [7],
        bodyBytes: 1)

    /// A process, and what the one before it leads to.
    private struct Process {
        var poisonGuard: PoisonGuard
        var isGuilty = false

        /// It meets the message, which goes alone.
        init(_ caution: Caution) {
            poisonGuard = PoisonGuard(caution)
            poisonGuard.settle(0, queue: "q", prefetch: 10, isFirst: true)
            isGuilty = poisonGuard.isolate(message, of: 0).isGuilty
        }

        /// It ends while the message is in this stage.
        mutating func end(in stage: PoisonRecord.Stage, hard: Bool = false) -> Caution {
            poisonGuard.set(stage, of: [0])
            return end(hard: hard)
        }

        func end(hard: Bool = false) -> Caution {
            let last = LastProcess(state: .running, invocation: nil, poisonRecords: poisonGuard.poisonRecords())
            return Caution(
                after: .process(last), ending: ProcessEnding(result: hard ? "oom-kill" : "signal", status: "KILL", invocation: nil))
        }
    }

    @Test(
        "Three processes in a row convict it: that computed on it, or that had it in a request and ended by themselves",
        arguments: [(PoisonRecord.Stage.mapping, false), (.encoding, false), (.mapping, true), (.handling, true)])
    func convicted(stage: PoisonRecord.Stage, hard: Bool) {
        var caution = Caution(measure: .alone)
        for process in 1...4 {
            var process = (number: process, process: Process(caution))
            #expect(process.process.isGuilty == (process.number == 4))
            caution = process.process.end(in: stage, hard: hard)
        }
        #expect(Process(caution).isGuilty, "until it is parked")
    }

    @Test("However often a process is killed while it waits for a server, nobody is convicted")
    func waiting() {
        var caution = Caution(measure: .alone)
        for _ in 1...10 {
            var process = Process(caution)
            #expect(!process.isGuilty)
            caution = process.end(in: .handling)
        }
        #expect(caution.named.isEmpty)
    }

    @Test("A message that was settled starts again")
    func acquitted() {
        var caution = Caution(measure: .alone)
        for _ in 1...3 {
            var process = Process(caution)
            caution = process.end(in: .mapping)
        }
        var process = Process(caution)
        process.poisonGuard.release(0, isSettled: true)
        #expect(process.end().named.isEmpty)
    }

    @Test("A message that went back to its queue keeps what it has, and no more")
    func returned() {
        var process = Process(Caution(measure: .alone, named: [Self.message.fingerprint(queue: "q"): 2]))
        process.poisonGuard.release(0, isSettled: false)
        #expect(process.end(hard: true).named == [Self.message.fingerprint(queue: "q"): 2])
    }

    @Test("Another body, routing key or queue is another message; another tag, or more properties, is not")
    func fingerprint() {
        func print(_ tag: UInt64, _ key: String, _ body: [UInt8], properties: [UInt8] = [], queue: String = "q") -> UInt64 {
            Delivery(
                tag: DeliveryTag(rawValue: tag), redelivered: true, route: Route(exchange: "", routingKey: key), contentEncoding: .identity,
                timestamp: nil, bytes: body + properties, bodyBytes: body.count
            ).fingerprint(queue: queue)
        }
        let first = print(1, "q", [7])
        #expect(first == Self.message.fingerprint(queue: "q"))
        #expect(first == print(9, "q", [7], properties: [0x90, 0]), "RabbitMQ counts deliveries in a header")
        #expect(first != print(1, "q", [8]) && first != print(1, "k", [7]) && first != print(1, "q", [7], queue: "other"))
    }
}
