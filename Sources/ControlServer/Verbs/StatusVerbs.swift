package import ControlMessages

/// Looking at the service.
package protocol StatusVerbs: Sendable {
    /// Everything at one moment.
    func report() async -> StatusReport
    /// Only whether it is healthy.
    func health() async -> HealthReport
}

extension Route {
    static let statusRoutes = [
        Route(
            .get, "/v1/status", .observe,
            .init(
                "The status of service, processors and servers", "`warren status`.",
                replies: [.json(StatusReport.schema, "Service, processors and servers.")])
        ) { service, _ throws(ControlError) in try .json(await service.status.report()) },
        Route(
            .get, "/v1/processors", .observe,
            .init("All processors", replies: [.json(ProcessorList.schema, "The processors, in the order of the configuration.")])
        ) { service, _ throws(ControlError) in try .json(ProcessorList(processors: await service.status.report().processors)) },
        Route(
            .get, "/v1/processors/{name}", .observe,
            .init(
                "One processor", "`warren status NAME`.", parameters: [.path("name", "The processor's name.")],
                replies: [.json(ProcessorStatus.schema, "The processor.")], errors: [.unknownProcessor])
        ) { service, request throws(ControlError) in
            let report = await service.status.report()
            guard let processor = report.processors.first(where: { $0.name == request["name"] }) else {
                throw .unknownProcessor(request["name"], known: report.processors.map(\.name), disabled: report.disabled ?? [])
            }
            return try .json(processor)
        },
        health,
    ]

    /// `/healthz`, which is also served without a Unix socket.
    static let health = Route(
        .get, "/healthz", .observe,
        .init(
            "Whether the service is healthy",
            "Healthy means consuming and making progress, not merely being connected. The metrics listener serves this as well.",
            replies: [.json(HealthReport.schema, "Healthy."), .json(HealthReport.schema, "Degraded, with the reasons.", status: 503)])
    ) { service, _ throws(ControlError) in
        let report = await service.status.health()
        return try .json(report, status: report.status == .healthy ? 200 : 503)
    }
}
