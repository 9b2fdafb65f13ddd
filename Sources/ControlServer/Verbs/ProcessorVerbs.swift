package import ControlMessages

/// Changing what single processors do. Each takes a processor's name, and throws ``ControlError/unknownProcessor(_:known:)``, `refused` where the
/// queue would not survive without a consumer, or `not_recorded` where a restart would undo the change.
package protocol ProcessorVerbs: Sendable {
    /// No new deliveries; what is held is finished. `peer` is remembered as who asked for it.
    func pause(_ name: String, _ order: PauseOrder, from peer: Peer) async throws(ControlError) -> ProcessorChange
    /// Consumes again.
    func resume(_ name: String) async throws(ControlError) -> ProcessorChange
    /// No new deliveries; what is held is finished, then the processor is paused. Returns when the drain has begun.
    func drain(_ name: String, _ order: PauseOrder, from peer: Peer) async throws(ControlError) -> ProcessorChange
}

extension Route {
    static let processorRoutes = [
        Route(
            .post, "/v1/processors/{name}/pause", .operate,
            processorChange(
                "Pauses a processor",
                "The processor takes no new messages, and finishes what it holds. No body means that no reason is given. `warren pause`."
                    + recording + refusal, body: .optional(PauseOrder.schema))
        ) { service, request throws(ControlError) in
            try .json(await service.processors.pause(request["name"], try request.message(PauseOrder.self), from: request.peer))
        },
        Route(
            .post, "/v1/processors/{name}/resume", .operate,
            processorChange(
                "Resumes a processor", "The processor takes messages again. The answer comes when that is on disk. `warren resume`.")
        ) { service, request throws(ControlError) in try .json(await service.processors.resume(request["name"])) },
        Route(
            .post, "/v1/processors/{name}/drain", .operate,
            processorChange(
                "Drains a processor",
                "The processor takes no new messages, finishes what it holds, and is paused then. The answer comes when the drain has begun. `warren drain`."
                    + recording + refusal, body: .optional(PauseOrder.schema))
        ) { service, request throws(ControlError) in
            try .json(await service.processors.drain(request["name"], try request.message(PauseOrder.self), from: request.peer))
        },
    ]

    private static func processorChange(_ summary: String, _ details: String, body: RouteDescription.Body? = nil) -> RouteDescription {
        RouteDescription(
            summary, details, parameters: [.path("name", "The processor's name.")], body: body,
            replies: [.json(ProcessorChange.schema, "The processor's state now.")],
            errors: [.unknownProcessor, .refused, .notRecorded])
    }

    private static let recording =
        " With a state directory the pause survives a restart, and the answer comes when it is on disk; a reason for a processor that is paused "
        + "already replaces the earlier one."
    private static let refusal =
        " Warren refuses if RabbitMQ would delete the queue and the messages in it (auto-delete), or if it cannot find that out."
}
