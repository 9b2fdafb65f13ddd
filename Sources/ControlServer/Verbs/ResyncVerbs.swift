package import ControlMessages

/// Full resynchronisations. Each takes a processor's name and throws ``ControlError/unknownProcessor(_:known:)``.
package protocol ResyncVerbs: Sendable {
    /// Begins a run; returns when every instance knows of it.
    func begin(_ name: String) async throws(ControlError) -> ResyncReport
    /// Ends it, or asks. Throws `outstanding` while something of it is not settled, and `parked` if messages were parked during it.
    func end(_ name: String, _ order: ResyncOrder) async throws(ControlError) -> ResyncReport
    /// Tells how it is; counts what it has seen and what is outstanding only if it may.
    func status(_ name: String, mayCount: Bool) async throws(ControlError) -> ResyncReport
    /// Gives it up.
    func cancel(_ name: String) async throws(ControlError) -> ResyncReport
}

extension Route {
    static let resyncRoutes = [
        Route(
            .get, "/v1/resync/{processor}", .observe,
            resync(
                "The state of a processor's resynchronisation",
                "Only peers at level operate get the counts of what the run has seen and what is outstanding, because ArangoDB reads all documents to count "
                    + "them. `warren resync status`.")
        ) { service, request throws(ControlError) in
            try .json(await service.resync.status(request["processor"], mayCount: request.peer.level >= .operate))
        },
        Route(
            .post, "/v1/resync/{processor}/begin", .operate,
            resync("Begins a resynchronisation", "The answer comes when every instance knows of the run. `warren resync begin`.")
        ) { service, request throws(ControlError) in try .json(await service.resync.begin(request["processor"])) },
        Route(
            .post, "/v1/resync/{processor}/end", .operate,
            resync(
                "Ends a resynchronisation: marks or removes what it has not seen",
                "No body means the same as an empty object. If more documents are missing than max_removed allows, Warren changes nothing, and the run's "
                    + "state is asking. Only peers at level administer can confirm and force. `warren resync end`.",
                body: .optional(ResyncOrder.schema), errors: [.outstanding, .parked, .refused])
        ) { service, request throws(ControlError) in
            try .json(await service.resync.end(request["processor"], try request.message(ResyncOrder.self)))
        },
        Route(
            .post, "/v1/resync/{processor}/cancel", .operate,
            resync("Cancels a resynchronisation", "Warren marks and removes nothing more. `warren resync cancel`.")
        ) { service, request throws(ControlError) in try .json(await service.resync.cancel(request["processor"])) },
    ]

    private static func resync(
        _ summary: String, _ details: String, body: RouteDescription.Body? = nil, errors: [ErrorCode] = []
    ) -> RouteDescription {
        RouteDescription(
            summary, details, parameters: [.path("processor", "The processor's name.")], body: body,
            replies: [.json(ResyncReport.schema, "The state of the run now.")],
            errors: [.unknownProcessor, .conflict, .unavailable] + errors)
    }
}
