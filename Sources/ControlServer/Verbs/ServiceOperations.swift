package import ControlMessages

/// Changing the service as a whole.
package struct ServiceOperations: Sendable {
    /// Reads the configuration again and applies it, all or nothing.
    package var reload: @Sendable () async throws(ControlError) -> ReloadReport
    /// The least severe level that is logged.
    package var logLevel: @Sendable () -> String
    /// Sets it. Throws for a word that is no level.
    package var setLogLevel: @Sendable (String) throws(ControlError) -> Void
    /// Begins an orderly stop.
    package var stop: @Sendable () async -> StopReply

    /// Operations by their closures.
    package init(
        reload: @escaping @Sendable () async throws(ControlError) -> ReloadReport, logLevel: @escaping @Sendable () -> String,
        setLogLevel: @escaping @Sendable (String) throws(ControlError) -> Void, stop: @escaping @Sendable () async -> StopReply
    ) {
        self.reload = reload
        self.logLevel = logLevel
        self.setLogLevel = setLogLevel
        self.stop = stop
    }

    var routes: [Route] {
        [
            Route(
                .post, "/v1/reload", .administer,
                .init(
                    "Reads the configuration again",
                    "All or nothing: a file with mistakes changes nothing. `warren reload`, `systemctl reload warren`.",
                    replies: [.json(ReloadReport.schema, "What changed.")], errors: [.invalidConfiguration, .refused, .conflict])
            ) { [reload] _ throws(ControlError) in try .json(await reload()) },
            Route(
                .get, "/v1/log-level", .observe,
                .init("The least severe level that is logged", replies: [.json(LogLevelMessage.schema, "The level.")])
            ) { [logLevel] _ throws(ControlError) in try .json(LogLevelMessage(level: logLevel())) },
            Route(
                .put, "/v1/log-level", .administer,
                .init(
                    "Sets the least severe level that is logged", "Until the next start. `warren log-level LEVEL`.",
                    body: .required(LogLevelMessage.schema), replies: [.json(LogLevelMessage.schema, "The level now.")])
            ) { [setLogLevel] request throws(ControlError) in
                let message = try request.message(LogLevelMessage.self)
                try setLogLevel(message.level)
                return try .json(message)
            },
            Route(
                .post, "/v1/stop", .administer,
                .init(
                    "Stops the service in order", "`warren stop`.", replies: [.json(StopReply.schema, "The stop has begun.", status: 202)])
            ) { [stop] _ throws(ControlError) in try .json(await stop(), status: 202) },
        ]
    }

}
