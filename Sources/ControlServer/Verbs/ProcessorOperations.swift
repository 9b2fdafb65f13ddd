package import ControlMessages

/// Changing what single processors do. Each closure takes a processor's name, and throws ``ControlError/unknownProcessor(_:known:)``.
package struct ProcessorOperations: Sendable {
    /// A change of one processor.
    package typealias Change = @Sendable (_ name: String) async throws(ControlError) -> ProcessorChange

    /// No new deliveries; what is held goes back to the queue or is finished.
    package var pause: Change
    /// Consumes again.
    package var resume: Change
    /// No new deliveries; what is held is finished, then the processor is paused. Returns when the drain has begun.
    package var drain: Change

    /// Operations by their closures.
    package init(pause: @escaping Change, resume: @escaping Change, drain: @escaping Change) {
        self.pause = pause
        self.resume = resume
        self.drain = drain
    }

    var routes: [Route] {
        [
            Self.route(
                "pause", "Pauses a processor",
                "It takes no new messages, and finishes what it holds. The pause ends with the process. `warren pause`.", pause),
            Self.route("resume", "Resumes a processor", "It consumes again. `warren resume`.", resume),
            Self.route(
                "drain", "Drains a processor",
                "It takes no new messages, finishes what it holds, and is paused then. The answer comes when the drain has begun. `warren drain`.",
                drain),
        ]
    }

    private static func route(_ verb: String, _ summary: String, _ details: String, _ change: @escaping Change) -> Route {
        Route(
            .post, "/v1/processors/{name}/\(verb)", .operate,
            .init(
                summary, details + (verb == "resume" ? "" : Self.refusal), parameters: [.path("name", "The processor's name.")],
                replies: [.json(ProcessorChange.schema, "How it is now.")], errors: [.unknownProcessor, .refused])
        ) { request throws(ControlError) in try .json(await change(request["name"])) }
    }

    private static let refusal =
        " Refused where RabbitMQ would delete the queue with what waits in it (auto-delete), or where that cannot be known."

}
