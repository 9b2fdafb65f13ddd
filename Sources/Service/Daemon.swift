internal import Broker
internal import FoundationEssentials
public import Logging
internal import Mapping
internal import Pipeline
public import Settings
internal import Store

/// The running service: builds the parts, joins them, starts and stops them in order.
public struct Daemon: Sendable {
    private let settings: Settings
    private let logger: Logger
    private let store: DocumentStore
    private let consumer: Consumer
    private let publisher: Publisher
    private let pipeline: Pipeline

    /// Builds all parts; nothing is connected yet. Throws a ``StartError`` for what can be seen without a server.
    ///
    /// `stateDirectory` is where a suspect is written down; without one, messages that came before go alone all the same.
    public init(settings: Settings, logger: Logger, stateDirectory: String?) throws(StartError) {
        let suspects = stateDirectory.map { SuspectFile(path: "\($0)/suspect") }
        let narrator = Narrator(logger: logger, processors: settings.processors)
        let store: DocumentStore
        do throws(StoreError) { store = try DocumentStore(settings: settings.arangodb) } catch { throw .configuration("\(error)") }
        let publisher = Publisher(settings: settings.rabbitmq)
        let arrivals = ArrivalPort()
        let consumer = Consumer(settings: settings.rabbitmq, subscriptions: settings.subscriptions) { event in
            narrator.tell(event)
            arrivals.receive(event)
        }
        pipeline = Pipeline(
            settings: settings, executor: store.thread, seed: .random(in: .min ... .max), suspect: suspects?.read(),
            ports: PipelinePorts(
                write: { await store.write($0) },
                read: { await store.read($0) },
                park: { await DeadLetter.publish($0, settings: settings, over: publisher) },
                acknowledge: { consumer.acknowledge($0) },
                setReading: { consumer.setReading($0) },
                setConsuming: { consumer.setConsuming($0) },
                probe: { await store.probe() },
                queueTime: { store.queueTime },
                suspect: { suspects?.write($0) },
                note: { narrator.tell($0) },
                wallClock: { UInt64(max(0, Date().timeIntervalSince1970)) }))
        arrivals.connect(to: pipeline)
        self.settings = settings
        self.logger = logger
        self.store = store
        self.publisher = publisher
        self.consumer = consumer
    }

    /// Consumes until `stop` returns; then finishes what is in flight, returns the rest to RabbitMQ and closes the connections.
    ///
    /// Throws a ``StartError`` if the database cannot keep the promise that the configuration makes; nothing was consumed then.
    public func run(until stop: @escaping @Sendable () async -> Void) async throws(StartError) {
        logger.log(.notice, "Service sync started.")
        let stopped = Task { await stop() }
        let begun = Task { try await begin() }
        // Starting waits for a database that is away; a stop must not wait for that.
        Task {
            await stopped.value
            begun.cancel()
        }
        let result = await begun.result
        if case .failure(let error as StartError) = result {
            await close()
            throw error
        }
        await stopped.value
        let declaring = if case .success(let task) = result { task } else { Task<Void, Never>?.none }
        declaring?.cancel()
        await finish()
        // Its connection is closed in order, too.
        _ = await within(Self.farewellTime) { await declaring?.value }
        await close()
        logger.log(.notice, "Service sync stopped.")
    }

    /// Consuming begins when it is known that the database honours versions: an older one would silently put old states over new ones.
    /// Returns the declaring of queues, if it was asked for: it goes on meanwhile, and the consumer tells which queue it misses.
    private func begin() async throws -> Task<Void, Never>? {
        try await StartCheck(store: store, settings: settings, logger: logger).pass()
        Task { await pipeline.run() }
        Task { await consumer.run() }
        guard settings.rabbitmq.declare else { return nil }
        return Task { await QueueDeclarations(settings: settings).makeUntilDone(logger: logger) }
    }

    /// Each step has its time; what is unacknowledged at the end, RabbitMQ delivers again.
    private func finish() async {
        logger.log(.notice, "Stopping: no new messages, finishing what is in flight")
        _ = await within(Self.farewellTime) { await consumer.cancel() }
        if !(await within(settings.service.drain) { await pipeline.idle() }) {
            let held = await pipeline.snapshot().held
            logger.log(.warning, "Not all could be finished in time; RabbitMQ delivers the rest again", [.returned: held])
        }
        for (processor, counters) in zip(settings.processors, await pipeline.snapshot().counters) {
            logger.log(
                .notice, "Processor stopped",
                [
                    .processor: processor.name, .received: counters.received, .written: counters.written, .stale: counters.stale,
                    .parked: counters.parked, .retried: counters.retried,
                ])
        }
    }

    private func close() async {
        _ = await within(Self.farewellTime) { await consumer.close() }
        pipeline.close()
        _ = await within(Self.farewellTime) { await publisher.close() }
        _ = await within(Self.farewellTime) { await store.close() }
    }

    /// Time for the goodbye to one server, a little more than the broker's own.
    private static let farewellTime: Duration = .seconds(6)
}

extension Settings {
    /// One for each processor, in their order.
    var subscriptions: [Subscription] {
        processors.enumerated().map { index, processor in
            Subscription(processor: index, queue: processor.queue, prefetch: processor.prefetch ?? rabbitmq.prefetch)
        }
    }
}
