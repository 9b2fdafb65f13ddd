package import ControlMessages

/// Changing the service as a whole.
package protocol ServiceVerbs: Sendable {
    /// Reads the configuration again and applies it, all or nothing.
    func reload() async throws(ControlError) -> ReloadReport
    /// The least severe level that is logged.
    func logLevel() -> String
    /// Sets it. Throws for a word that is no level.
    func setLogLevel(_ level: String) throws(ControlError)
    /// Begins an orderly stop.
    func stop() async -> StopReply
}

extension Route {
    static let serviceRoutes = [
        Route(
            .post, "/v1/reload", .administer,
            .init(
                "Reads the configuration again",
                "Warren applies it completely or not at all: a configuration with mistakes changes nothing. `warren reload`, `systemctl reload warren`.",
                replies: [.json(ReloadReport.schema, "What changed.")], errors: [.invalidConfiguration, .refused, .conflict])
        ) { service, _ throws(ControlError) in try .json(await service.service.reload()) },
        Route(
            .get, "/v1/log-level", .observe,
            .init("The least severe level that is logged", replies: [.json(LogLevelMessage.schema, "The level.")])
        ) { service, _ throws(ControlError) in try .json(LogLevelMessage(level: service.service.logLevel())) },
        Route(
            .put, "/v1/log-level", .administer,
            .init(
                "Sets the least severe level that is logged", "It holds until the service restarts. `warren log-level LEVEL`.",
                body: .required(LogLevelMessage.schema), replies: [.json(LogLevelMessage.schema, "The level now.")])
        ) { service, request throws(ControlError) in
            let message = try request.message(LogLevelMessage.self)
            try service.service.setLogLevel(message.level)
            return try .json(message)
        },
        Route(
            .post, "/v1/stop", .administer,
            .init(
                "Stops the service in order", "As SIGTERM does. `warren stop`.",
                replies: [.json(StopReply.schema, "The stop has begun.", status: 202)])
        ) { service, _ throws(ControlError) in try .json(await service.service.stop(), status: 202) },
    ]
}
