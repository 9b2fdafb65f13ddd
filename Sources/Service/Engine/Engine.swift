internal import Broker
internal import FoundationEssentials
internal import Logging
internal import Pipeline
internal import Settings
internal import Store

/// One configuration at work: store, publisher, consumer and pipeline, joined. Built whole, started once, stopped once.
struct Engine: Sendable {
    let settings: Settings
    let store: DocumentStore
    let publisher: Publisher
    let consumer: Consumer
    let pipeline: Pipeline
    private let logger: Logger
    private let announcer: Announcer

    /// Builds all parts; nothing is connected yet. Throws a ``StartError`` for what can be seen without a server.
    ///
    /// `stateDirectory` is where a suspect is written down; without one, messages that came before go alone all the same.
    init(settings: Settings, logger: Logger, stateDirectory: String?, announcer: Announcer, status: StatusKeeper) throws(StartError) {
        let suspects = stateDirectory.map { SuspectFile(path: "\($0)/suspect") }
        let narrator = Narrator(logger: logger, processors: settings.processors)
        let store: DocumentStore
        do throws(StoreError) { store = try DocumentStore(settings: settings.arangodb) } catch { throw .configuration("\(error)") }
        let publisher = Publisher(settings: settings.rabbitmq)
        let arrivals = ArrivalPort()
        let consumer = Consumer(settings: settings.rabbitmq, subscriptions: settings.subscriptions) { event in
            narrator.tell(event)
            announcer.tell(event)
            status.tell(event)
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
                note: {
                    narrator.tell($0)
                    announcer.tell($0)
                    status.tell($0)
                },
                wallMilliseconds: { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }))
        arrivals.connect(to: pipeline)
        self.settings = settings
        self.logger = logger
        self.announcer = announcer
        self.store = store
        self.publisher = publisher
        self.consumer = consumer
    }

    /// Consuming begins when it is known that the database honours versions: an older one would silently put old states over new ones.
    ///
    /// Waits for a database that is away; cancelled, it ends with a `CancellationError`. Throws a ``StartError`` if the database cannot keep
    /// the promise that the configuration makes. Nothing was consumed then.
    func start() async throws {
        try await StartCheck(store: store, settings: settings, logger: logger, announcer: announcer).pass()
        Task { await pipeline.run() }
        Task { await consumer.run() }
    }

    /// Takes no more messages, and finishes what is in flight as long as `[service] drain` allows; RabbitMQ delivers the rest again.
    func drain() async {
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

    /// Closes the connections in order. Each step has its time.
    func close() async {
        _ = await within(Self.farewellTime) { await consumer.close() }
        pipeline.close()
        _ = await within(Self.farewellTime) { await publisher.close() }
        _ = await within(Self.farewellTime) { await store.close() }
    }

    /// What ``drain()`` and ``close()`` may take together, at most.
    var longestStop: Duration { settings.service.drain + Self.farewellTime * 5 }

    /// Time for the goodbye to one server, a little more than the broker's own.
    static let farewellTime: Duration = .seconds(6)
}

extension Settings {
    /// One for each processor, in their order.
    var subscriptions: [Subscription] {
        processors.enumerated().map { index, processor in
            Subscription(processor: index, queue: processor.queue, prefetch: processor.prefetch ?? rabbitmq.prefetch)
        }
    }
}
