internal import ControlMessages
internal import ControlServer
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// What can be looked at from outside, joined to the engine that is at work: explanations, history, events, metrics.
///
/// `engine` is called again each time, because a reload may replace the engine.
struct IntrospectionService: ObservationVerbs {
    private let events: EventHub
    private let engine: @Sendable () -> Engine
    // The pipeline's thread is the one that all messages go through: observers, which may be any user, get a bounded part of its time.
    private let histories: CoalescedQueries<Document, HistoryReport>
    private let pages: CoalescedQueries<Always, String>

    /// `status` has state and health, for the metrics about them.
    init(events: EventHub, version: String, status: @escaping @Sendable () async -> StatusReport?, engine: @escaping @Sendable () -> Engine)
    {
        self.events = events
        self.engine = engine
        histories = CoalescedQueries { documents in
            let engine = engine()
            let histories = await engine.pipeline.histories(documents.map { ($0.collection, $0.key) })
            return Dictionary(
                uniqueKeysWithValues: zip(documents, histories).map { document, history in
                    let (collection, key) = (document.collection, document.key)
                    return (
                        document, HistoryReport(collection: collection, key: key, history, processors: engine.registry.table.processors)
                    )
                })
        }
        pages = CoalescedQueries { await Self.page(engine(), version: version, status: await status()) }
    }

    func explain(_ request: ExplainRequest) throws(ControlError) -> Explanation {
        try Explainer.explain(request, settings: engine().settings)
    }

    func history(collection: String, key: String) async throws(ControlError) -> HistoryReport {
        let report = await histories.answer(Document(collection: collection, key: key))
        // What is remembered may be of a configuration before this one.
        guard report.decisions.isEmpty else { return report }
        let written = engine().settings.processors.flatMap { [$0.collection] + $0.edges.map(\.collection) }
        guard written.contains(where: { $0.isExactly(collection) }) else {
            let known = Set(written).sorted().joined(separator: ", ")
            throw .notFound("no processor writes a collection \"\(collection)\"; known collections are \(known)")
        }
        return report
    }

    func events(_ filter: EventFilter, _ sink: LineSink) throws(ControlError) -> @Sendable () -> Void {
        let settings = engine().settings
        let names = settings.processors.map(\.name)
        if let name = filter.processor, !names.contains(name) {
            throw .unknownProcessor(name, known: names, disabled: settings.disabled)
        }
        return events.listen(filter, sink, engine: engine)
    }

    func metrics() async -> String { await pages.answer() }

    /// The page that Prometheus reads.
    private static func page(_ engine: Engine, version: String, status: StatusReport?) async -> String {
        // During a reload one of the two may have more subscriptions; those that only one has count nothing.
        let table = engine.registry.table
        return PrometheusText.render(
            ServiceMetrics(
                version: version, table: table, snapshot: await engine.pipeline.snapshot(), endpoints: await engine.store.coordinators(),
                status: status, runs: engine.runs.last?.runs ?? [], process: .now()
            ).families)
    }

    /// The source of histories.
    private struct Document: Hashable {
        @Exact var collection: String
        @Exact var key: String
    }
}
