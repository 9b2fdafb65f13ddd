internal import ControlMessages

/// What the control socket asks of the service. None of the closures may block its thread.
///
/// One group for each theme, each in a file with its routes; a group that is nil has no routes.
package struct ControlOperations: Sendable {
    /// The program's version, for the description.
    package var version: String
    /// Status and health.
    package var status: StatusOperations
    /// Pause, resume and drain.
    package var processors: ProcessorOperations
    /// Reload, log level, stop.
    package var service: ServiceOperations
    /// Dead letters.
    package var deadLetters: DeadLetterOperations?
    /// Full resynchronisations.
    package var resync: ResyncOperations?
    /// Explain, history, events and metrics.
    package var observation: ObservationOperations?

    /// Operations by their groups.
    package init(
        version: String, status: StatusOperations, processors: ProcessorOperations, service: ServiceOperations,
        deadLetters: DeadLetterOperations? = nil,
        resync: ResyncOperations? = nil, observation: ObservationOperations? = nil
    ) {
        self.version = version
        self.status = status
        self.processors = processors
        self.service = service
        self.deadLetters = deadLetters
        self.resync = resync
        self.observation = observation
    }

    /// What may be served to the network: figures and health.
    package var networkRoutes: [Route] {
        [StatusOperations.healthRoute(status.health)] + (observation.map { [ObservationOperations.metricsRoute($0.metrics)] } ?? [])
    }

    /// The routes of all groups, and the description of them all.
    package var routes: [Route] {
        let (routes, version) = (describedRoutes, version)
        return routes + [OpenAPI.route { OpenAPI.text(describing: routes, version: version) }]
    }

    /// The routes of all groups.
    var describedRoutes: [Route] {
        status.routes + processors.routes + service.routes + (deadLetters?.routes ?? []) + (resync?.routes ?? [])
            + (observation?.routes ?? [])
    }
}
