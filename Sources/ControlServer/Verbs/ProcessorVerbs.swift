package import ControlMessages

/// Changing what single processors do. Each takes a processor's name, and throws ``ControlError/unknownProcessor(_:known:)``, or `refused` where the
/// queue would not survive without a consumer.
package protocol ProcessorVerbs: Sendable {
    /// No new deliveries; what is held is finished.
    func pause(_ name: String) async throws(ControlError) -> ProcessorChange
    /// Consumes again.
    func resume(_ name: String) async throws(ControlError) -> ProcessorChange
    /// No new deliveries; what is held is finished, then the processor is paused. Returns when the drain has begun.
    func drain(_ name: String) async throws(ControlError) -> ProcessorChange
}

extension Route {
    static let processorRoutes = [
        Route(
            .post, "/v1/processors/{name}/pause", .operate,
            processorChange(
                "Pauses a processor",
                "The processor takes no new messages, and finishes what it holds. The pause ends with the process. `warren pause`."
                    + refusal)
        ) { service, request throws(ControlError) in try .json(await service.processors.pause(request["name"])) },
        Route(
            .post, "/v1/processors/{name}/resume", .operate,
            processorChange("Resumes a processor", "The processor takes messages again. `warren resume`.")
        ) { service, request throws(ControlError) in try .json(await service.processors.resume(request["name"])) },
        Route(
            .post, "/v1/processors/{name}/drain", .operate,
            processorChange(
                "Drains a processor",
                "The processor takes no new messages, finishes what it holds, and is paused then. The answer comes when the drain has begun. `warren drain`."
                    + refusal)
        ) { service, request throws(ControlError) in try .json(await service.processors.drain(request["name"])) },
    ]

    private static func processorChange(_ summary: String, _ details: String) -> RouteDescription {
        RouteDescription(
            summary, details, parameters: [.path("name", "The processor's name.")],
            replies: [.json(ProcessorChange.schema, "The processor's state now.")], errors: [.unknownProcessor, .refused])
    }

    private static let refusal =
        " Warren refuses if RabbitMQ would delete the queue and the messages in it (auto-delete), or if it cannot find that out."
}
