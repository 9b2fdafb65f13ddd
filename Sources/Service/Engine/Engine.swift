internal import Broker
internal import FoundationEssentials
internal import Logging
internal import Messages
internal import Pipeline
internal import Settings
internal import Store
internal import Threads

/// One configuration at work: store, publishers, consumer and pipeline, joined. Built whole, started once, stopped once.
struct Engine: Sendable {
    /// Which processor has which subscription, by the settings in force.
    let registry: SubscriptionRegistry
    let store: DocumentStore
    /// Publishes dead letters, over a connection for each of their queues.
    let letters: PublisherPool
    /// Publishes onward messages, over a connection for each exchange.
    let onwardPublishers: PublisherPool
    let consumer: Consumer
    let pipeline: Pipeline
    /// Which full resynchronisations are on.
    let runs: ResyncRunCache
    let resyncWorker: ResyncWorker
    private let keeping = TaskBox()
    private let arrivals: ArrivalPort
    private let record: ProcessRecord?
    let feeders: PartitionFeeders
    let certificates: CertificateFiles
    let logger: Logger
    let status: StatusTracker
    let pauses: ProcessorPauses

    /// The settings in force.
    var settings: Settings { registry.table.settings }

    /// Builds all parts; nothing is connected yet. Throws a ``StartError`` for what can be seen without a server.
    ///
    /// Processors that are paused are not consumed.
    init(settings: Settings, context: EngineContext) throws(StartError) {
        let (logger, status) = (context.logger, context.status)
        let events = context.events
        let record = context.record
        let registry = SubscriptionRegistry(SubscriptionTable(settings))
        let eventLogger = EventLogger(logger: logger, processors: registry)
        let store: DocumentStore
        do throws(StoreError) { store = try DocumentStore(settings: settings.arangodb) } catch { throw .configuration("\(error)") }
        let resyncLogger = ResyncEventLogger(logger: logger, events: events)
        let runs = ResyncRunCache(store: store, table: registry) { resyncLogger.tell($0, $1) }
        let stamping = StampingStore(store: store, runs: runs)
        let letters = PublisherPool(settings: settings.rabbitmq)
        let onwardPublishers = PublisherPool(settings: settings.rabbitmq)
        let arrivals = ArrivalPort()
        let consumer = Consumer(settings: settings.rabbitmq, subscriptions: registry.table.subscriptions) { event in
            eventLogger.tell(event)
            status.tell(event, of: registry)
            events.tell(ServiceEvent(event, processors: registry.table.processors))
            arrivals.receive(event)
        }
        // The pipeline says when.
        consumer.setConsuming(.off, processors: registry.table.ids)
        consumer.setPaused(true, processors: context.pauses.all.keys.flatMap { registry.table.ids(of: $0) })
        pipeline = Pipeline(
            settings: registry.table.expanded, executor: store.thread, seed: .random(in: .min ... .max), caution: context.caution,
            ports: PipelinePorts(
                write: { await stamping.write($0) },
                read: { await stamping.read($0) },
                sweep: { await store.sweep($0) },
                park: { await DeadLetter.publish($0, table: registry.table, over: letters) },
                emit: { await OnwardPublisher.publish($0, table: registry.table, over: onwardPublishers) },
                acknowledge: { consumer.acknowledge($0) },
                setReading: { consumer.setReading($0) },
                setConsuming: { consumer.setConsuming($1, processors: CollectionOfOne($0)) },
                ask: { await ReadinessCheck(store: store, table: registry.table).answer($0) },
                probe: { await store.probe() },
                prove: { await store.prove($0) },
                queueTime: { store.queueTime },
                recordPoison: { record?.note($0) },
                note: {
                    eventLogger.tell($0)
                    status.tell($0, of: registry)
                    events.tell(ServiceEvent($0, processors: registry.table.processors))
                },
                faults: { status.tell($0, of: registry) },
                rejections: { $0.rejections(from: registry.queue(of: $1)) },
                countedReturns: { $0.countedReturns },
                wallMilliseconds: { UInt64(max(0, Date().timeIntervalSince1970 * 1000)) }))
        arrivals.connect(to: pipeline)
        self.arrivals = arrivals
        self.record = record
        self.registry = registry
        certificates = CertificateFiles(settings)
        feeders = PartitionFeeders(
            logger: logger,
            ports: PartitionPorts(
                consumes: { status.consumesPartition(of: $0) }, tell: { status.tell($0, of: registry) },
                setHandsOver: { await consumer.setHandsOver($0, queue: $1) }))
        self.logger = logger
        self.status = status
        pauses = context.pauses
        self.store = store
        self.runs = runs
        resyncWorker = ResyncWorker(store: store, runs: runs, table: registry, logger: logger, identity: UUID().uuidString.lowercased())
        self.letters = letters
        self.onwardPublishers = onwardPublishers
        self.consumer = consumer
    }

    /// Consuming begins when it is known that the database honours versions: an older one would silently put old states over new ones.
    ///
    /// Waits for a database that is away; cancelled, it ends with a `CancellationError`. Throws a ``StartError`` if the database cannot keep
    /// the promise that the configuration makes. Nothing was consumed then.
    func start() async throws {
        try await StartCheck(store: store, settings: settings, logger: logger) { [status, registry] in status.tell($0, of: registry) }
            .pass()
        consume()
    }

    /// ``start()`` for a database that is known to be good enough.
    func consume() {
        if let fault = record?.begin() {
            logger.log(
                .warning,
                "Cannot write to STATE_DIRECTORY, so a message that crashes the process repeatedly cannot be recognised. Give the directory to the service user",
                [.path: fault.directory, .error: fault])
            status.tell(fault)
        }
        status.tellConnecting(of: registry)
        Task { await pipeline.run() }
        Task { await consumer.run() }
        let resyncWorker = resyncWorker
        keeping.put(Task { await resyncWorker.run() })
        feeders.adopt(settings)
    }

    /// Takes no more messages, and finishes what is in flight as long as `[service] drain` allows; RabbitMQ delivers the rest again.
    func drain() async {
        _ = await within(Self.closingTime) { await consumer.cancel() }
        async let forwarded = within(Self.closingTime) { await feeders.end() }
        if !(await within(settings.service.drain) { await finish() }) {
            let held = await pipeline.snapshot().held
            logger.log(.warning, "Not all messages were finished in time; RabbitMQ redelivers the rest", [.returned: held])
            await part(with: registry.table.ids)
        }
        _ = await forwarded
        let (table, snapshot) = (registry.table, await pipeline.snapshot())
        for (processor, subscriptions) in zip(table.settings.processors, table.groups) {
            let counters = snapshot.counters(of: subscriptions)
            logger.log(
                .notice, "Processor stopped",
                [
                    .processor: processor.name, .received: counters.received, .written: counters.written, .stale: counters.stale,
                    .conflated: counters.conflated, .parked: counters.parked, .retried: counters.retried,
                ])
        }
    }

    /// Deliveries that would be lost by being returned now are parked.
    func part(with subscriptions: [SubscriptionID]) async {
        _ = await within(Self.closingTime) {
            await withTaskGroup { group in for subscription in subscriptions { group.addTask { await pipeline.part(with: subscription) } } }
        }
    }

    /// Partitions are left as soon as none of their deliveries is held: other instances wait for them.
    private func finish() async {
        let table = registry.table
        await withTaskGroup { group in
            for subscription in table.ids where table.queues[subscription].partition != nil {
                group.addTask {
                    await pipeline.idle(of: subscription)
                    await consumer.release(subscription)
                }
            }
            group.addTask { await pipeline.idle() }
        }
    }

    /// Closes the connections in order. Each step has its time.
    func close() async {
        keeping.cancel()
        _ = await within(Self.closingTime) { await consumer.close() }
        let frames = await consumer.acknowledgementFrames
        logger.log(.info, "Disconnected from RabbitMQ", [.acknowledgementFrames: frames])
        pipeline.close()
        arrivals.disconnect()
        _ = await within(Self.closingTime) { await letters.close() }
        _ = await within(Self.closingTime) { await onwardPublishers.close() }
        _ = await within(Self.closingTime) { await store.close() }
    }

    /// The threads that must never stall, whatever the servers do.
    var threads: [ActorThread] { [consumer.thread, store.thread] + letters.threads + onwardPublishers.threads }

    /// What ``drain()`` and ``close()`` may take together, at most.
    var longestStop: Duration { settings.service.drain + Self.closingTime * 7 }

    /// The longest that closing the connections to one server may take, a little more than the broker's own limit.
    static let closingTime: Duration = .seconds(6)
}
