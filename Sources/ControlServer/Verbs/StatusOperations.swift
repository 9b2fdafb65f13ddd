package import ControlMessages

/// Looking at the service.
package struct StatusOperations: Sendable {
    /// Everything at one moment.
    package var report: @Sendable () async -> StatusReport
    /// Only whether it is healthy.
    package var health: @Sendable () async -> HealthReport

    /// Operations by their closures.
    package init(report: @escaping @Sendable () async -> StatusReport, health: @escaping @Sendable () async -> HealthReport) {
        self.report = report
        self.health = health
    }

    var routes: [Route] {
        [
            Route(
                .get, "/v1/status", .observe,
                .init(
                    "Everything at one moment", "`warren status`.",
                    replies: [.json(StatusReport.schema, "Service, processors and servers.")])
            ) { [report] _ throws(ControlError) in try .json(await report()) },
            Route(
                .get, "/v1/processors", .observe,
                .init("All processors", replies: [.json(ProcessorList.schema, "The processors, in the order of the configuration.")])
            ) { [report] _ throws(ControlError) in try .json(ProcessorList(processors: await report().processors)) },
            Route(
                .get, "/v1/processors/{name}", .observe,
                .init(
                    "One processor", "`warren status NAME`.", parameters: [.path("name", "The processor's name.")],
                    replies: [.json(ProcessorStatus.schema, "The processor.")], errors: [.unknownProcessor])
            ) { [report] request throws(ControlError) in
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
    package static func healthRoute(_ health: @escaping @Sendable () async -> HealthReport) -> Route {
        Route(
            .get, "/healthz", .observe,
            .init(
                "Whether the service is healthy",
                "Consuming and progressing, not merely connected. The metrics listener answers this as well.",
                replies: [.json(HealthReport.schema, "Healthy."), .json(HealthReport.schema, "Degraded, with the reasons.", status: 503)])
        ) { _ throws(ControlError) in
            let report = await health()
            return try .json(report, status: report.status == .healthy ? 200 : 503)
        }
    }
}
