internal import Control
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// What can be looked at from outside, joined to the engine that is at work: dead letters, explanations, history, events, metrics.
///
/// `engine` is asked anew each time, because a reload may put another one in its place.
struct IntrospectionService: Sendable {
    let events: EventHub
    private let engine: @Sendable () -> Engine
    private let office: DeadLetterService
    private let version: String

    init(events: EventHub, version: String, engine: @escaping @Sendable () -> Engine) {
        self.events = events
        self.engine = engine
        self.version = version
        office = DeadLetterService { engine().settings }
    }

    /// For the control socket.
    var deadLetters: DeadLetterOperations {
        DeadLetterOperations(
            list: { [office] name, limit, mayCount throws(ControlError) in
                try await office.list(name, limit: limit, mayCount: mayCount)
            },
            show: { [office] name, id, isRedacted, mayCount throws(ControlError) in
                try await office.show(name, id: id, isRedacted: isRedacted, mayCount: mayCount)
            },
            replay: { [office] name, order throws(ControlError) in try await office.replay(name, order) },
            drop: { [office] name, order throws(ControlError) in try await office.drop(name, order) })
    }

    /// For the control socket. `status` tells state and health, for the metrics of those.
    func observation(status: @escaping @Sendable () async -> StatusReport?) -> ObservationOperations {
        // The pipeline's thread is the one that all messages go through: observers, who may be anybody, get a part of its time.
        let histories = CoalescedQueries<Document, HistoryReport> { [engine] documents in
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
        let pages = CoalescedQueries { await metrics(status: status) }
        return ObservationOperations(
            explain: { [engine] request throws(ControlError) in try Explainer.explain(request, settings: engine().settings) },
            history: { await histories.answer(Document(collection: $0, key: $1)) },
            events: { [events, engine] filter, sink throws(ControlError) in
                let names = engine().settings.processors.map(\.name)
                if let name = filter.processor, !names.contains(name) { throw .unknownProcessor(name, known: names) }
                return events.listen(filter, sink, engine: engine)
            },
            metrics: { await pages.answer() })
    }

    /// What a history is asked of.
    private struct Document: Hashable {
        @Exact var collection: String
        @Exact var key: String
    }

    /// The page that Prometheus reads.
    func metrics(status: @Sendable () async -> StatusReport?) async -> String {
        let engine = engine()
        // During a reload one of the two may know of more places; those that only one knows count nothing.
        let table = engine.registry.table
        return PrometheusText.render(
            ServiceMetrics(
                version: version, table: table, snapshot: await engine.pipeline.snapshot(), endpoints: await engine.store.coordinators(),
                status: await status(), runs: engine.runs.last?.runs ?? [], process: .now()
            ).families)
    }
}
