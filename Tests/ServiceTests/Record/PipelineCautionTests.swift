import Messages
import Pipeline
import Settings
import Synchronization
import Testing
import Threads
import Waiting

/// The pipeline itself, between a broker and a database that are closures.
@Suite("Caution in the pipeline") struct PipelineCautionTests {
    @Test("10,000 messages that came before, after a stop in order: nothing is written down, and none goes alone")
    func afterStop() async throws {
        let world = PipelineWorld(.none, prefetch: 10_000)
        try await world.running {
            world.deliver(10_000)
            try await eventually("all are acknowledged") { world.acknowledged(0) == 10_000 }
        }
        #expect(world.notes.isEmpty)
        #expect(world.batches.allSatisfy { $0.isEncoding == nil })
        #expect(world.batches.contains { $0.writes.count > 1 })
    }

    @Test("Without evidence each is named while it is mapped, and nothing waits for a database that hangs")
    func watched() async throws {
        let world = PipelineWorld(Caution(measure: .watched), prefetch: 1_000, hanging: [0])
        try await world.running {
            world.deliver(1_000)
            try await eventually("all are named") { world.named(in: .mapping).count == 1_000 }
            try await eventually("none is named any more") { world.notes.last == PoisonRecords() }
            #expect(world.notes.allSatisfy { $0.records.count <= 1 })
            world.release(0)
            try await eventually("all are acknowledged") { world.acknowledged(0) == 1_000 }
        }
    }

    // A reload puts the subscription table into force a moment before the pipeline knows of it.
    @Test("A subscription that the pipeline does not know yet holds nothing, and no caller waits for it")
    func unknownPlace() async {
        let world = PipelineWorld(Caution(measure: .watched), prefetch: 10)
        #expect(await world.pipeline.isIdle(7))
        await world.pipeline.idle(of: 7)
        await world.pipeline.part(with: 7)
        #expect(await world.pipeline.snapshot().held(of: [7]) == 0)
    }

    @Test("The encoding of a request that carries them is written down as well")
    func encoding() async throws {
        let world = PipelineWorld(Caution(measure: .watched), prefetch: 10, hanging: [0])
        try await world.running {
            world.deliver(2)
            try await eventually("sent") { !world.batches.isEmpty }
            #expect(world.whileEncoding.allSatisfy { $0.isComputing })
            world.release(0)
            try await eventually("all are acknowledged") { world.acknowledged(0) == 2 }
            #expect(world.notes.last == PoisonRecords())
        }
    }

    @Test("With evidence one message of each processor is in flight, named in each stage, and the other processors are not affected")
    func alone() async throws {
        let world = PipelineWorld(Caution(measure: .alone), prefetch: 100, hanging: [0])
        try await world.running {
            world.deliver(3)
            world.deliver(50, to: 1)
            try await eventually("the other's are all settled") { world.acknowledged(1) == 50 }
            #expect(world.batches.filter { $0.writes[0].processor == 0 }.map(\.writes.count) == [1])
            #expect(world.acknowledged(0) == 0)
            #expect(world.notes.last?.records.map(\.stage) == [.handling])
            #expect(world.whileEncoding.allSatisfy { $0.records.contains { $0.stage == .encoding } })
            #expect(world.named(in: .mapping).count == 51)
            world.release(0)
            try await eventually("all are acknowledged") { world.acknowledged(0) == 3 }
            #expect(world.notes.last == PoisonRecords())
        }
        #expect(world.batches.allSatisfy { batch in Set(batch.writes.map(\.processor)).count == batch.writes.count })
    }

    @Test("What a database answers badly has come back too: the next one goes")
    func failing() async throws {
        let world = PipelineWorld(Caution(measure: .alone), prefetch: 100, reply: .transient(Fault(message: "injected")))
        try await world.running {
            world.deliver(5)
            try await eventually("all were sent") { Set(world.batches.flatMap { $0.writes.map(\.key.text) }).count == 5 }
            try await eventually("none is named as in flight") { world.notes.last?.records.allSatisfy { $0.stage == .before } == true }
        }
    }

    @Test("A message that ended three processes is parked unread; what is behind it is written")
    func guilty() async throws {
        let learning = PipelineWorld(Caution(measure: .alone), prefetch: 100)
        try await learning.running {
            learning.deliver(1)
            try await eventually("acknowledged") { learning.acknowledged(0) == 1 }
        }
        let fingerprint = try #require(learning.named(in: .mapping).first)
        let world = PipelineWorld(Caution(measure: .watched, named: [fingerprint: 3]), prefetch: 100)
        try await world.running {
            world.deliver(3)
            try await eventually("all are acknowledged") { world.acknowledged(0) == 3 }
            #expect(world.parked.map(\.refusal.reason) == [.endsProcess])
            #expect(world.parked.map(\.delivery.tag.rawValue) == [1])
            #expect(world.batches.flatMap { $0.writes.map(\.delivery.tag.rawValue) } == [2, 3])
            let stages = world.notes.compactMap { $0.records.first { $0.fingerprint == fingerprint }?.stage }
            #expect(stages.first == .handling, "it is not mapped before it is parked")
            #expect(world.notes.last == PoisonRecords(), "it is settled")
        }
    }

    @Test("A message whose channel is lost while it goes alone goes again on the next one")
    func lostChannel() async throws {
        let world = PipelineWorld(Caution(measure: .alone), prefetch: 100, hanging: [0])
        try await world.running {
            world.deliver(2)
            try await eventually("one is in flight") { world.batches.count == 1 }
            world.pipeline.receive(.unsubscribed(0, 1, isLost: true))
            world.pipeline.receive(.subscribed(0, 2))
            world.deliver(2, session: 2)
            world.release(0)
            try await eventually("all are acknowledged") { world.acknowledged(0, session: 2) == 2 }
            #expect(world.notes.last == PoisonRecords())
        }
    }
}

/// Two processors, each with a collection of its own.
private final class PipelineWorld: Sendable {
    private struct State {
        var notes: [PoisonRecords] = []
        var whileEncoding: [PoisonRecords] = []
        var batches: [WriteBatch] = []
        var parked: [ParkOrder] = []
        var settled: [[UInt64]: Set<UInt64>] = [:]
        var hanging: Set<SubscriptionID>
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state: Mutex<State>
    private let thread = ActorThread(name: "pipeline", sleeper: DeepSleeper())
    private let reply: Outcome
    let pipeline: Pipeline
    private let box: Box

    /// What the closures hold on to.
    private final class Box: Sendable {
        let world = Mutex<PipelineWorld?>(nil)
        func with<Value>(_ body: (PipelineWorld) -> Value) -> Value {
            guard let world = world.withLock({ $0 }) else { preconditionFailure("a pipeline without its world") }
            return body(world)
        }
    }

    init(_ caution: Caution, prefetch: UInt16, hanging: Set<SubscriptionID> = [], reply: Outcome = .written) {
        var settings = Settings()
        settings.processors = ["a", "b"].map { name in
            var processor = ProcessorSettings(
                name: name, queue: name, operation: .update, collection: name, key: JSONPointer("/id") ?? JSONPointer())
            processor.prefetch = prefetch
            return processor
        }
        state = Mutex(State(hanging: hanging))
        self.reply = reply
        let box = Box()
        self.box = box
        pipeline = Pipeline(
            settings: settings, executor: thread, seed: 1, caution: caution,
            ports: PipelinePorts(
                write: { batch in await box.with { $0 }.write(batch) }, read: { .success($0.keys.map { _ in .missing }) },
                sweep: { _ in .success(.written) },
                park: { orders in
                    box.with { world in world.state.withLock { $0.parked += orders } }
                    return [:]
                },
                emit: { _ in [:] },
                acknowledge: { list in box.with { world in for acknowledgement in list { world.take(acknowledgement) } } },
                setReading: { _ in }, setConsuming: { _, _ in }, probe: { nil }, prove: { _ in nil }, queueTime: { .zero },
                recordPoison: { poisonRecords in box.with { world in world.state.withLock { $0.notes.append(poisonRecords) } } },
                note: { _ in },
                wallMilliseconds: { 0 }))
        box.world.withLock { $0 = self }
    }

    var notes: [PoisonRecords] { state.withLock(\.notes) }
    var whileEncoding: [PoisonRecords] { state.withLock(\.whileEncoding) }
    var batches: [WriteBatch] { state.withLock(\.batches) }
    var parked: [ParkOrder] { state.withLock(\.parked) }

    /// Those that were named in this stage.
    func named(in stage: PoisonRecord.Stage) -> Set<UInt64> {
        Set(notes.flatMap { $0.records.filter { $0.stage == stage }.map(\.fingerprint) })
    }

    /// How many deliveries of a processor are acknowledged.
    func acknowledged(_ processor: SubscriptionID, session: SessionID = 1) -> Int {
        state.withLock { $0.settled[[UInt64(processor.rawValue), session.rawValue]]?.count ?? 0 }
    }

    private func take(_ acknowledgement: Acknowledgement) {
        let key = [UInt64(acknowledgement.processor.rawValue), acknowledgement.session.rawValue]
        state.withLock { state in
            switch acknowledgement.kind {
            case .through(let tag): state.settled[key, default: []].formUnion(1...tag.rawValue)
            case .each(let tags), .reject(let tags): state.settled[key, default: []].formUnion(tags.map(\.rawValue))
            }
        }
    }

    func running(_ body: () async throws -> Void) async throws {
        let task = Task { await pipeline.run() }
        for processor: SubscriptionID in 0...1 { pipeline.receive(.subscribed(processor, 1)) }
        do { try await body() } catch { Issue.record(error) }
        for processor: SubscriptionID in 0...1 { release(processor) }
        pipeline.close()
        await task.value
        box.world.withLock { $0 = nil }
        thread.end()
    }

    /// Messages that came before.
    func deliver(_ count: Int, to processor: SubscriptionID = 0, session: SessionID = 1) {
        let deliveries = (1...UInt64(count)).map { tag in
            let body = Array("{\"id\":\"\(processor)-\(tag)\"}".utf8)
            return Delivery(
                tag: DeliveryTag(rawValue: tag), redelivered: true, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity,
                timestamp: nil, bytes: body, bodyBytes: body.count)
        }
        pipeline.receive(.deliveries(processor, session, deliveries))
    }

    /// The database answers for this processor.
    func release(_ processor: SubscriptionID) {
        let waiting = state.withLock { state in
            state.hanging.remove(processor)
            defer { state.waiting = [] }
            return state.waiting
        }
        for waiter in waiting { waiter.resume() }
    }

    private func write(_ batch: WriteBatch) async -> WriteReply {
        state.withLock { $0.batches.append(batch) }
        if let isEncoding = batch.isEncoding {
            isEncoding(true)
            state.withLock { if let last = $0.notes.last { $0.whileEncoding.append(last) } }
            isEncoding(false)
        }
        await withCheckedContinuation { waiter in
            let mayGo = state.withLock { state in
                guard batch.writes.contains(where: { state.hanging.contains($0.processor) }) else { return true }
                state.waiting.append(waiter)
                return false
            }
            if mayGo { waiter.resume() }
        }
        return .success(batch.writes.map { _ in reply })
    }
}
