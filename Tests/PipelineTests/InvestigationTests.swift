import Messages
import Schedules
import Settings
import Testing

@testable import Mapping
@testable import Pipeline

private let internalError = Fault(errorNum: 4, status: 500, message: "internal")
private let unanswered = Fault(message: "timeout")

/// A database as the test says, and the machine in front of it.
private struct World {
    var harness: MachineHarness
    var write: (WriteBatch) -> WriteReply = { .success($0.writes.map { _ in .written }) }
    /// What is stored was stored by nobody, unless the test says otherwise.
    var read: (ReadBatch) -> ReadReply = { .success($0.keys.map { _ in .missing }) }

    let begin: ContinuousClock.Instant

    init(_ change: (inout Settings) -> Void = { _ in }) {
        harness = MachineHarness(change)
        begin = harness.now
        harness.checkedEvery = 37
    }

    /// Everything that leaves is answered, for so long. Stops early when nothing is held any more.
    mutating func run(for time: Duration) {
        let end = harness.now + time
        var steps = 0
        while harness.now <= end, steps < 500_000 {
            steps += 1
            if let batch = harness.writes.first {
                switch write(batch) {
                case .success(let outcomes): harness.reply(outcomes)
                case .failure(let failure): harness.fail(failure)
                }
            } else if let batch = harness.reads.first {
                harness.reply(reading: read(batch))
            } else if !harness.parks.isEmpty {
                harness.confirmParking()
            } else if !harness.proofs.isEmpty {
                harness.answerProof(nil)
            } else if harness.probes > 0 {
                harness.answerProbe(nil)
            } else if let wake = harness.machine.nextWake, wake <= end {
                harness.advanceToNextWake()
            } else {
                return harness.advance(by: end - harness.now)
            }
        }
        #expect(steps < 500_000, "no end")
    }

    var counters: Counters { harness.machine.processors[MachineHarness.updated].counters }
    func count(of isMeant: (PipelineEvent) -> Bool) -> Int { harness.notes.count(where: isMeant) }
    var lost: Int { count { if case .targetLost = $0 { true } else { false } } }
}

@Suite("Whose fault a failure is")
struct InvestigationTests {
    @Test(
        "One message, and writes fail or hang for ten minutes while reads work: nothing is parked, and it is told once",
        arguments: [RequestFailure.failing(internalError), .unknown(unanswered), .failing(Fault(status: 403, message: "<html>"))])
    func oneMessage(_ failure: RequestFailure) {
        var world = World { $0.retry.attempts = 1 }
        world.write = { _ in .failure(failure) }
        world.harness.proof = { _ in failure }
        world.harness.receive("a", version: 1)
        world.run(for: .seconds(590))
        #expect(world.counters == Counters(received: 1, retried: world.counters.retried))
        #expect(world.lost == 1)
        #expect(world.harness.notes.count <= 6, "\(world.harness.notes)")
        #expect(world.harness.machine.queue.isAnyShut, "which is not healthy")
        #expect(world.harness.machine.breaker.closure == nil, "the server answers reads")

        world.write = { .success($0.writes.map { _ in .written }) }
        world.harness.proof = { _ in nil }
        world.run(for: .seconds(15))
        #expect(world.counters.written == 1 && world.harness.machine.isIdle && !world.harness.machine.queue.isAnyShut)
        #expect(world.count { if case .targetBack = $0 { true } else { false } } == 1)
    }

    @Test(
        "Every document of every answer fails for twenty seconds: nothing is parked, whether proofs notice or not",
        arguments: [(1457, true), (18, true), (1655, true), (32, true), (4, true), (9999, true), (32, false), (9999, false)])
    func allElements(errorNum: Int, isNoticed: Bool) {
        let fault = Fault(errorNum: errorNum, message: "passing")
        var world = World { $0.batch.documents = 100 }
        world.write = { batch in
            .success(batch.writes.map { _ in [1457, 18, 1655].contains(errorNum) ? .unavailable(fault) : .transient(fault) })
        }
        world.harness.proof = { _ in isNoticed ? .failing(fault) : nil }
        for index in 0..<300 { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(20))
        #expect(world.counters.parked == 0 && world.counters.written == 0)
        world.write = { .success($0.writes.map { _ in .written }) }
        world.harness.proof = { _ in nil }
        world.run(for: .seconds(60))
        #expect(world.counters.written == 300 && world.counters.parked == 0 && world.harness.machine.isIdle)
    }

    @Test("A collection that answers 500 stops, and others do not")
    func oneCollection() {
        var world = World { $0.processors[1].collection = "people" }
        world.write = { batch in
            batch.target.collection == "companies" ? .failure(.failing(internalError)) : .success(batch.writes.map { _ in .written })
        }
        world.harness.proof = { $0.target.collection == "companies" ? .failing(internalError) : nil }
        for index in 0..<300 { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(40))
        for index in 0..<300 {
            world.harness.receive("k\(index)", processor: MachineHarness.invalidated, version: 1, collection: "people")
        }
        world.run(for: .seconds(40))
        #expect(world.counters.parked == 0 && world.counters.written == 0)
        #expect(world.harness.machine.processors[MachineHarness.invalidated].counters.written == 300)
        #expect(world.lost == 1)
    }

    @Test("What each write is refused for, and later each proof as well, is told once", arguments: [412, 500])
    func refusedAlike(status: Int) {
        let fault = Fault(errorNum: 412, status: status, message: "refused")
        var world = World {
            $0.retry.attempts = 1
            $0.batch.documents = 1
        }
        var proofs = 0
        world.write = { _ in .failure(.failing(fault)) }
        world.harness.proof = { _ in
            proofs += 1
            return proofs > 1 ? .failing(fault) : nil
        }
        for index in 0..<10 { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(60))
        #expect(proofs > 5 && world.counters.parked == 0)
        #expect(world.lost == 1)
    }

    @Test("Half of all requests fail, whatever is in them: no message is parked", arguments: [(1, 3310), (2, 300), (3, 300), (4, 300)])
    func half(seed: UInt64, messages: Int) {
        var random = SplitMix(seed: seed)
        var world = World { $0.rabbitmq.prefetch = 2000 }
        world.harness.checkedEvery = 499
        let fails = { Bool.random(using: &random) }
        world.write = { batch in fails() ? .failure(.failing(internalError)) : .success(batch.writes.map { _ in .written }) }
        world.harness.proof = { _ in fails() ? .failing(internalError) : nil }
        for index in 0..<messages {
            world.harness.receive("k\(index)", version: 1)
            if index % 10 == 0 { world.run(for: .milliseconds(10)) }
        }
        world.run(for: .seconds(1200))
        #expect(world.counters.parked == 0 && world.counters.written == messages)
    }

    @Test("Requests whose connections are reset are read back and written again, however few attempts there are")
    func resets() {
        var world = World { $0.retry.attempts = 1 }
        var resets = 6
        world.write = { batch in
            guard resets > 0 else { return .success(batch.writes.map { _ in .written }) }
            resets -= 1
            return .failure(.unknown(Fault(message: "connection reset")))
        }
        for index in 0..<1060 { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(120))
        #expect(world.counters.parked == 0 && world.counters.written == 1060)
    }

    @Test("One message to blame in a quiet queue is given up after five failures, each of them between eight proofs that pass")
    func quietQueue() throws {
        var world = World { $0.retry.attempts = 1 }
        world.write = { _ in .failure(.failing(internalError)) }
        world.harness.receive("a", version: 1)
        while world.counters.parked == 0, world.harness.now < world.begin + .seconds(60) { world.run(for: .milliseconds(100)) }
        #expect(world.counters.parked == 1 && world.counters.retried == Investigation.leastAttempts - 1)
        #expect(world.harness.proofCount == Investigation.leastAttempts * Investigation.window)

        // A second one in a row may show that it was not the message. It is held for a time, told, and then given up in the same way.
        world.harness.receive("b", version: 1)
        world.run(for: Investigation.firstPatience - .milliseconds(500))
        #expect(world.counters.parked == 1 && world.lost == 1 && world.harness.machine.queue.isAnyShut)
        world.run(for: .seconds(60))
        #expect(world.counters.parked == 2 && world.harness.machine.isIdle)

        // Once something is stored, none is held for it.
        world.write = { batch in
            batch.writes.contains { $0.key.text == "d" } ? .failure(.failing(internalError)) : .success(batch.writes.map { _ in .written })
        }
        world.harness.receive("d", version: 1)
        for index in 0..<20 {
            world.harness.receive("c\(index)", version: 1)
            world.run(for: .seconds(5))
        }
        #expect(world.counters.parked == 3 && world.counters.written == 20 && !world.harness.machine.queue.isAnyShut)
    }

    @Test("Messages that all fail while proofs pass are given up one by one, each after twice the time")
    func unnoticedOutage() {
        var world = World { $0.retry.attempts = 1 }
        world.write = { _ in .failure(.failing(internalError)) }
        for index in 0..<300 { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(600))
        #expect((2...8).contains(world.counters.parked), "\(world.counters)")
        world.write = { .success($0.writes.map { _ in .written }) }
        world.run(for: .seconds(60))
        #expect(world.counters.written == 300 - world.counters.parked && world.harness.machine.isIdle)
    }

    @Test(
        "The only messages of a queue all fail, and proofs come back later than writes: they are given up one by one",
        arguments: [2, 3, 8])
    func slowProofs(count: Int) {
        var world = World { $0.retry.attempts = 1 }
        world.harness.proof = nil
        world.write = { _ in .failure(.failing(internalError)) }
        for index in 0..<count { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(600))
        #expect(world.counters.parked >= min(count, 5), "\(world.counters)")
    }

    @Test("A message that something in between does not like, as 503 even, does not keep the others from being sent")
    func foreignAnswers() {
        for failure in [RequestFailure.outage(Fault(status: 503, message: "<html>")), .failing(Fault(status: 413, message: "<html>"))] {
            var world = World()
            world.write = { batch in
                batch.writes.contains { $0.key.text == "k7" } ? .failure(failure) : .success(batch.writes.map { _ in .written })
            }
            for index in 0..<100 { world.harness.receive("k\(index)", version: 1) }
            world.run(for: .seconds(120))
            #expect(world.counters.written == 99 && world.counters.parked == 1)
        }
    }

    @Test("Documents that fail for reasons of their own are parked, if far more are stored")
    func fewOfMany() {
        var world = World { $0.batch.documents = 50 }
        let isGuilty = { (write: PlannedWrite) in write.key.text.hasSuffix("00") }
        world.write = { batch in .success(batch.writes.map { isGuilty($0) ? .transient(Fault(errorNum: 9999, message: "odd")) : .written })
        }
        for index in 0..<1000 {
            world.harness.receive("k\(100 + index)", version: 1)
            if index % 50 == 0 { world.run(for: .seconds(1)) }
        }
        world.run(for: .seconds(120))
        #expect(world.counters.written == 990 && world.counters.parked == 10)
    }

    @Test("Half of the documents fail alike, as when a shard has no leader: they are tried until they are stored")
    func oneShard() {
        var world = World()
        var (isDown, random) = (true, SplitMix(seed: 1))
        world.harness.proof = { _ in isDown && Bool.random(using: &random) ? .failing(Fault(message: "no message")) : nil }
        world.write = { batch in
            .success(batch.writes.map { isDown && $0.key.text.hasSuffix("1") ? .transient(Fault(message: "no message")) : .written })
        }
        for index in 0..<300 { world.harness.receive("k\(index)-\(index % 2)", version: 1) }
        world.run(for: .seconds(60))
        #expect(world.counters.parked == 0)
        isDown = false
        world.run(for: .seconds(60))
        #expect(world.counters.written == 300 && world.counters.parked == 0)
    }

    @Test("While a collection is known to take nothing, no processor that writes to it is subscribed, and others are")
    func subscriptions() {
        var world = World { $0.processors[1].collection = "people" }
        let failure = RequestFailure.collection(Fault(errorNum: 1004, status: 403, message: "read only: other [write]"))
        world.write = { _ in .failure(failure) }
        world.harness.proof = { $0.target.collection == "companies" ? failure : nil }
        world.harness.receive("a", version: 1)
        world.run(for: .seconds(1))
        // RabbitMQ's consumer_timeout is short.
        world.harness.unsubscribe(MachineHarness.updated)
        world.harness.unsubscribe(MachineHarness.invalidated)
        world.run(for: .seconds(3600))
        #expect(!world.harness.consuming, "each delivery would count against the queue's limit")
        #expect(world.harness.taken[MachineHarness.invalidated] == .on)
        #expect(world.lost == 1 && world.harness.machine.breaker.closure == nil)
        world.harness.proof = { _ in nil }
        world.run(for: .seconds(15))
        #expect(world.harness.consuming)
    }

    @Test("Reads that fail while writes work: nothing is parked for it, and nothing is acknowledged that was not read back")
    func readsFail() {
        var world = World { $0.verify = .always }
        world.read = { _ in .failure(.failing(internalError)) }
        world.harness.proof = { $0.kind == .read ? .failing(internalError) : nil }
        for index in 0..<100 { world.harness.receive("k\(index)", version: 1) }
        world.run(for: .seconds(120))
        #expect(world.counters.parked == 0 && world.counters.written == 0 && world.lost == 1)
        world.read = { .success($0.keys.map { _ in .found(version: 1) }) }
        world.harness.proof = { _ in nil }
        world.run(for: .seconds(60))
        #expect(world.counters.written == 100 && world.harness.machine.isIdle)
    }
}
