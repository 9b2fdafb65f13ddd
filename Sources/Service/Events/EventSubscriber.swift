internal import ControlMessages
internal import ControlServer
internal import FoundationEssentials
internal import Messages
internal import Pipeline
internal import Settings

/// One listener: looks at what has happened ten times a second, and sends lines of it.
struct EventSubscriber {
    /// Between two looks: soon enough for people, and each wakes three threads. What is remembered goes back further than that below 80,000
    /// decisions a second.
    static let interval: Duration = .milliseconds(100)

    /// Bytes of one look's lines: half of what may wait for a reader, who then has until the next look to take them.
    static let blockBytes = ServerLimits().streamBytes / 2

    let filter: EventFilter
    let queue: EventQueue
    let engine: @Sendable () -> Engine
    /// Takes lines. Returns false if the reader is gone, or was cut off.
    let send: @Sendable ([UInt8]) -> Bool

    /// Until it is cancelled, or the reader is gone.
    func run() async {
        var (engine, cursor) = (engine(), Int?.none)
        var allowance = EventRateLimiter(at: .now)
        var writer = EventWriter()
        repeat {
            let next = self.engine()
            var (events, dropped) = queue.take()
            allowance.skip(dropped)
            if let wanted = DecisionFilter(filter, processors: engine.registry.table.processors) {
                let look = await engine.pipeline.decisions(from: cursor, atMost: allowance.room(at: .now), fitting: wanted)
                cursor = look.cursor
                allowance.use(look.decisions.count)
                allowance.skip(look.left)
                events += look.events(engine.registry.table.processors)
            }
            if let skipped = allowance.skippedToTell(at: .now) { events.append(.skipped(skipped)) }
            var lines: [UInt8] = []
            for event in events where event.fits(filter) || event.isAboutListening {
                if lines.count < Self.blockBytes { writer.append(event, to: &lines) } else { allowance.skip(1) }
            }
            guard lines.isEmpty || send(lines) else { return }
            // Another pipeline remembers from its own beginning on; this was the last look at the one before.
            if next.pipeline !== engine.pipeline { (engine, cursor) = (next, 0) }
        } while (try? await Task.sleep(for: Self.interval)) != nil
    }
}

extension DecisionFilter {
    /// What the filter says about single messages; `nil` if it matches none of them.
    init?(_ filter: EventFilter, processors: PerSubscription<ProcessorSettings>) {
        let verdict = filter.outcome.flatMap { Decision.Verdict(rawValue: $0) }
        guard filter.outcome == nil || verdict != nil else { return nil }
        self.init(
            processors: filter.processor.map { name in Set(processors.indices.filter { processors[$0].name == name }) }, key: filter.key,
            verdict: verdict)
    }
}

extension DecisionSnapshot {
    fileprivate func events(_ processors: PerSubscription<ProcessorSettings>) -> [ServiceEvent] {
        decisions.map { decision, milliseconds in
            ServiceEvent(
                decision, of: processors[decision.processor], at: Timestamp(Date(timeIntervalSince1970: Double(milliseconds) / 1000)))
        }
    }
}
