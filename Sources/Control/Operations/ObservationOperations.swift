/// Looking closely: what a message would do, what became of a document's messages, what happens now, and figures.
public struct ObservationOperations: Sendable {
    /// Body bytes that ``explain`` accepts: 4 MiB of message in Base64, and a little. Larger ones can be explained without the service.
    static let explainBytes = 6 << 20

    /// What a message would lead to. Throws ``ControlError/unknownProcessor(_:known:)``.
    ///
    /// Asked for one message at a time, on a thread of its own: it may take a while, and its bounds are for one.
    public var explain: @Sendable (ExplainRequest) throws(ControlError) -> Explanation
    /// The last decisions about a document.
    public var history: @Sendable (_ collection: String, _ key: String) async -> HistoryReport
    /// Sends events to the sink from now on; returns what ends that. Throws `bad_request` for a filter that fits nothing.
    public var events: @Sendable (EventFilter, LineSink) throws(ControlError) -> @Sendable () -> Void
    /// Metrics in the text format of Prometheus.
    public var metrics: @Sendable () async -> String

    /// Operations by their closures.
    public init(
        explain: @escaping @Sendable (ExplainRequest) throws(ControlError) -> Explanation,
        history: @escaping @Sendable (_ collection: String, _ key: String) async -> HistoryReport,
        events: @escaping @Sendable (EventFilter, LineSink) throws(ControlError) -> @Sendable () -> Void,
        metrics: @escaping @Sendable () async -> String
    ) {
        self.explain = explain
        self.history = history
        self.events = events
        self.metrics = metrics
    }

    var routes: [Route] {
        let explaining = OneAtATime("explain")
        return [
            Route(.post, "/v1/explain", .observe, bodyBytes: Self.explainBytes) { [explain] request throws(ControlError) in
                try await explaining.run(for: request.peer.level) { () throws(ControlError) in
                    try .json(explain(try request.json(ExplainRequest.self)))
                }
            },
            Route(.get, "/v1/history/{collection}/{key}", .observe) { [history] request throws(ControlError) in
                try .json(await history(request["collection"], request["key"]))
            },
            Route(
                .get, "/v1/events", .observe,
                stream: { [events] request, sink throws(ControlError) in
                    try events(EventFilter(request.query), sink)
                }),
            Self.metricsRoute(metrics),
        ]
    }

    /// `/metrics`, which is also served without a Unix socket.
    public static func metricsRoute(_ metrics: @escaping @Sendable () async -> String) -> Route {
        // The content type of the text format 0.0.4, which every scraper takes.
        Route(.get, "/metrics", .observe, mediaTypes: ["text/plain"]) { _ throws(ControlError) in
            .text(await metrics(), contentType: "text/plain; version=0.0.4; charset=utf-8")
        }
    }
}
