/// Changing what single processors do. Each closure takes a processor's name, and throws ``ControlError/unknownProcessor(_:known:)``.
public struct ProcessorOperations: Sendable {
    /// A change of one processor.
    public typealias Change = @Sendable (_ name: String) async throws(ControlError) -> ProcessorChange

    /// No new deliveries; what is held goes back to the queue or is finished.
    public var pause: Change
    /// Consumes again.
    public var resume: Change
    /// No new deliveries; what is held is finished, then the processor is paused. Returns when the drain has begun.
    public var drain: Change

    /// Operations by their closures.
    public init(pause: @escaping Change, resume: @escaping Change, drain: @escaping Change) {
        self.pause = pause
        self.resume = resume
        self.drain = drain
    }

    var routes: [Route] {
        [("pause", pause), ("resume", resume), ("drain", drain)].map { verb, change in
            Route(.post, "/v1/processors/{name}/\(verb)", .operate) { request throws(ControlError) in
                try .json(await change(request["name"]))
            }
        }
    }
}
