/// Looking at the service.
public struct StatusOperations: Sendable {
    /// Everything at one moment.
    public var report: @Sendable () async -> StatusReport
    /// Only whether it is healthy.
    public var health: @Sendable () async -> HealthReport

    /// Operations by their closures.
    public init(report: @escaping @Sendable () async -> StatusReport, health: @escaping @Sendable () async -> HealthReport) {
        self.report = report
        self.health = health
    }

    var routes: [Route] {
        [
            Route(.get, "/v1/status", .observe) { [report] _ throws(ControlError) in try .json(await report()) },
            Route(.get, "/v1/processors", .observe) { [report] _ throws(ControlError) in
                try .json(ProcessorList(processors: await report().processors))
            },
            Route(.get, "/v1/processors/{name}", .observe) { [report] request throws(ControlError) in
                let processors = await report().processors
                guard let processor = processors.first(where: { $0.name == request["name"] }) else {
                    throw .unknownProcessor(request["name"], known: processors.map(\.name))
                }
                return try .json(processor)
            },
            Self.healthRoute(health),
        ]
    }

    /// `/healthz`, which is also served without a Unix socket.
    public static func healthRoute(_ health: @escaping @Sendable () async -> HealthReport) -> Route {
        Route(.get, "/healthz", .observe) { _ throws(ControlError) in
            let report = await health()
            return try .json(report, status: report.status == .healthy ? 200 : 503)
        }
    }
}
