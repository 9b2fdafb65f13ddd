internal import ControlMessages

/// The control interface without a service behind it, for whoever wants to read its description.
package enum ControlInterface {
    /// The OpenAPI 3.1 description as JSON text on one line, the same that `GET /v1/openapi.json` of this version serves.
    package static func description(version: String) -> [UInt8] {
        OpenAPI.text(describing: operations(version).describedRoutes, version: version)
    }

    /// All groups of operations, none of which is ever asked for anything.
    private static func operations(_ version: String) -> ControlOperations {
        let absent = ControlError.internal("there is no service behind the description")
        return ControlOperations(
            version: version,
            status: StatusOperations(
                report: {
                    StatusReport(
                        service: ServiceStatus(
                            version: version, pid: 0, state: .stopping, since: .now, health: HealthReport(reasons: []), logLevel: ""),
                        processors: [], servers: [])
                }, health: { HealthReport(reasons: []) }),
            processors: ProcessorOperations(
                pause: { _ throws(ControlError) in throw absent }, resume: { _ throws(ControlError) in throw absent },
                drain: { _ throws(ControlError) in throw absent }),
            service: ServiceOperations(
                reload: { () throws(ControlError) in throw absent }, logLevel: { "" },
                setLogLevel: { _ throws(ControlError) in throw absent },
                stop: { StopReply(held: 0) }),
            deadLetters: DeadLetterOperations(
                list: { _, _, _ throws(ControlError) in throw absent }, show: { _, _, _, _ throws(ControlError) in throw absent },
                replay: { _, _ throws(ControlError) in throw absent }, drop: { _, _ throws(ControlError) in throw absent }),
            resync: ResyncOperations(
                begin: { _ throws(ControlError) in throw absent }, end: { _, _ throws(ControlError) in throw absent },
                status: { _, _ throws(ControlError) in throw absent }, cancel: { _ throws(ControlError) in throw absent }),
            observation: ObservationOperations(
                explain: { _ throws(ControlError) in throw absent },
                history: { HistoryReport(collection: $0, key: $1, decisions: [], remembered: 0) },
                events: { _, _ throws(ControlError) in throw absent }, metrics: { "" }))
    }
}
