internal import ControlMessages

/// What answers the requests of the control socket, a part for each theme. None of them may block its thread.
///
/// Each part's protocol is in one file with its routes.
package struct ControlService: Sendable {
    /// The program's version, for the description.
    package var version: String
    /// Status and health.
    package var status: any StatusVerbs
    /// Pause, resume and drain.
    package var processors: any ProcessorVerbs
    /// Reload, log level, stop.
    package var service: any ServiceVerbs
    /// Dead letters.
    package var deadLetters: any DeadLetterVerbs
    /// Full resynchronisations.
    package var resync: any ResyncVerbs
    /// Explain, history, events and metrics.
    package var observation: any ObservationVerbs

    /// A service by its parts.
    package init(
        version: String, status: any StatusVerbs, processors: any ProcessorVerbs, service: any ServiceVerbs,
        deadLetters: any DeadLetterVerbs,
        resync: any ResyncVerbs, observation: any ObservationVerbs
    ) {
        self.version = version
        self.status = status
        self.processors = processors
        self.service = service
        self.deadLetters = deadLetters
        self.resync = resync
        self.observation = observation
    }
}

extension Route {
    /// Everything that the control socket understands.
    package static let all =
        statusRoutes + processorRoutes + serviceRoutes + deadLetterRoutes + resyncRoutes + observationRoutes + [openAPI]

    /// What may be served to the network: health and metrics.
    package static let network = [health, metrics]
}
