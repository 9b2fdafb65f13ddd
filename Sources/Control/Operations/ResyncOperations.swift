/// Full resynchronisations. Each closure takes a processor's name and throws ``ControlError/unknownProcessor(_:known:)``.
public struct ResyncOperations: Sendable {
    /// Begins a run; returns when every instance knows of it.
    public var begin: @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport
    /// Ends it, or asks. Throws `outstanding` while something of it is not settled, and `parked` if messages were parked during it.
    public var end: @Sendable (_ processor: String, ResyncOrder) async throws(ControlError) -> ResyncReport
    /// Tells how it is.
    public var status: @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport
    /// Gives it up.
    public var cancel: @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport

    /// Operations by their closures.
    public init(
        begin: @escaping @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport,
        end: @escaping @Sendable (_ processor: String, ResyncOrder) async throws(ControlError) -> ResyncReport,
        status: @escaping @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport,
        cancel: @escaping @Sendable (_ processor: String) async throws(ControlError) -> ResyncReport
    ) {
        self.begin = begin
        self.end = end
        self.status = status
        self.cancel = cancel
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/resync/{processor}", .observe) { [status] request throws(ControlError) in
                try .json(await status(request["processor"]))
            },
            Route(.post, "/v1/resync/{processor}/begin", .operate) { [begin] request throws(ControlError) in
                try .json(await begin(request["processor"]))
            },
            Route(.post, "/v1/resync/{processor}/end", .operate) { [end] request throws(ControlError) in
                // No body is the same as an empty object.
                try .json(await end(request["processor"], request.body.isEmpty ? ResyncOrder() : try request.json(ResyncOrder.self)))
            },
            Route(.post, "/v1/resync/{processor}/cancel", .operate) { [cancel] request throws(ControlError) in
                try .json(await cancel(request["processor"]))
            },
        ]
    }
}
