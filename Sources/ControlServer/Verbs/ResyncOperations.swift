package import ControlMessages

/// Full resynchronisations. Each closure takes a processor's name and throws ``ControlError/unknownProcessor(_:known:)``.
package struct ResyncOperations: Sendable {
    /// Begins a run; returns when every instance knows of it.
    package var begin: @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport
    /// Ends it, or asks. Throws `outstanding` while something of it is not settled, and `parked` if messages were parked during it.
    package var end: @Sendable (_ processor: String, ResyncOrder) async throws(ControlError) -> ResyncReport
    /// Tells how it is; counts what it has seen and what is outstanding only if it may.
    package var status: @Sendable (_ processor: String, _ mayCount: Bool) async throws(ControlError) -> ResyncReport
    /// Gives it up.
    package var cancel: @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport

    /// Operations by their closures.
    package init(
        begin: @escaping @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport,
        end: @escaping @Sendable (_ processor: String, ResyncOrder) async throws(ControlError) -> ResyncReport,
        status: @escaping @Sendable (_ processor: String, _ mayCount: Bool) async throws(ControlError) -> ResyncReport,
        cancel: @escaping @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport
    ) {
        self.begin = begin
        self.end = end
        self.status = status
        self.cancel = cancel
    }

    var routes: [Route] {
        [
            Route(
                .get, "/v1/resync/{processor}", .observe,
                Self.description(
                    "How a processor's resynchronisation is",
                    "What the run has seen and what is outstanding is counted for those who operate only, because ArangoDB counts it by reading. "
                        + "`warren resync status`.")
            ) { [status] request throws(ControlError) in
                try .json(await status(request["processor"], request.peer.level >= .operate))
            },
            Route(
                .post, "/v1/resync/{processor}/begin", .operate,
                Self.description("Begins a resynchronisation", "Answered when every instance knows of it. `warren resync begin`.")
            ) { [begin] request throws(ControlError) in try .json(await begin(request["processor"])) },
            Route(
                .post, "/v1/resync/{processor}/end", .operate,
                Self.description(
                    "Ends a resynchronisation: marks or removes what it has not seen",
                    "No body is the same as an empty object. If more documents are missing than may go without asking nothing is changed, and the "
                        + "run's state is asking. To confirm and to force is for those who administer. `warren resync end`.",
                    body: .optional(ResyncOrder.schema), errors: [.outstanding, .parked, .refused])
            ) { [end] request throws(ControlError) in try .json(await end(request["processor"], try request.message(ResyncOrder.self))) },
            Route(
                .post, "/v1/resync/{processor}/cancel", .operate,
                Self.description("Gives a resynchronisation up", "Nothing is marked or removed any more. `warren resync cancel`.")
            ) { [cancel] request throws(ControlError) in try .json(await cancel(request["processor"])) },
        ]
    }

    private static func description(
        _ summary: String, _ details: String, body: RouteDescription.Body? = nil, errors: [ErrorCode] = []
    ) -> RouteDescription {
        RouteDescription(
            summary, details, parameters: [.path("processor", "The processor's name.")], body: body,
            replies: [.json(ResyncReport.schema, "How it is now.")], errors: [.unknownProcessor, .conflict, .unavailable] + errors)
    }

}
