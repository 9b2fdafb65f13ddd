package import ControlMessages

/// Looking closely: what a message would do, what became of a document's messages, what happens now, and figures.
package protocol ObservationVerbs: Sendable {
    /// What a message would lead to. Throws ``ControlError/unknownProcessor(_:known:)``.
    ///
    /// Asked for one message at a time, on a thread of its own: it may take a while, and its bounds are for one.
    func explain(_ request: ExplainRequest) throws(ControlError) -> Explanation
    /// The last decisions about a document. Throws `not_found` for a collection that nobody writes.
    func history(collection: String, key: String) async throws(ControlError) -> HistoryReport
    /// Sends events to the sink from now on; returns what ends that. Throws `bad_request` for a filter that fits nothing.
    func events(_ filter: EventFilter, _ sink: LineSink) throws(ControlError) -> @Sendable () -> Void
    /// Metrics in the text format of Prometheus.
    func metrics() async -> String
}

extension Route {
    /// Body bytes that `/v1/explain` accepts: 4 MiB of message in Base64, and a little. Larger ones can be explained without the service.
    static let explainBytes = 6 << 20

    private static let explaining = OneAtATime("explain")

    static let observationRoutes = [
        Route(
            .post, "/v1/explain", .operate,
            .init(
                "What a message would write",
                "Warren sends nothing. It explains one message at a time, of up to 4 MiB of text and with up to 6 MiB of requests; "
                    + "`warren explain --config` explains larger ones without the service.",
                body: .required(ExplainRequest.schema),
                replies: [.json(Explanation.schema, "What it would lead to, or why it is refused.")],
                errors: [.unknownProcessor, .bodyTooLarge]), bodyBytes: explainBytes, isChange: false
        ) { service, request throws(ControlError) in
            try await explaining.run(for: request.peer.level) { () throws(ControlError) in
                try .json(service.observation.explain(try request.message(ExplainRequest.self)))
            }
        },
        Route(
            .get, "/v1/history/{collection}/{key}", .observe,
            .init(
                "The last decisions about a document",
                "The service remembers a bounded number of decisions about all documents. A collection that no processor writes is not found. "
                    + "`warren why`.",
                parameters: [.path("collection", "The document's collection."), .path("key", "The document's key.")],
                replies: [.json(HistoryReport.schema, "The decisions, the newest first.")])
        ) { service, request throws(ControlError) in
            try .json(try await service.observation.history(collection: request["collection"], key: request["key"]))
        },
        Route(.get, "/v1/events", .observe, eventsDescription) { service, request, sink throws(ControlError) in
            try service.observation.events(EventFilter(request.query), sink)
        },
        metrics,
    ]

    private static let eventsDescription = RouteDescription(
        "Events as they happen",
        "Warren reports five hundred single messages at once, and then a thousand a second; an event skipped counts the others. It disconnects a "
            + "reader that is too slow. `warren tail`.",
        parameters: [
            .query("processor", .name, "Only events of this processor."),
            .query("key", .name, "Only events about the document with this key."),
            .query("outcome", .choice(EventName.allCases.map(\.rawValue)), "Only this event."),
        ],
        replies: [
            .init(
                status: 200, content: .lines(EventLine.schema), meaning: "One JSON object a line, until either side closes the connection.")
        ],
        errors: [.unknownProcessor])

    /// `/metrics`, which is also served without a Unix socket. The content type is that of the text format 0.0.4, which every scraper takes.
    static let metrics = Route(
        .get, "/metrics", .observe,
        .init(
            "Metrics for Prometheus", "The metrics listener serves this as well.",
            replies: [
                .init(status: 200, content: .text(mediaType: "text/plain"), meaning: "The text format of Prometheus, version 0.0.4.")
            ])
    ) { service, _ throws(ControlError) in
        .text(await service.observation.metrics(), contentType: "text/plain; version=0.0.4; charset=utf-8")
    }
}
