import ControlMessages
import ControlServer
import FoundationEssentials

/// Operations of a service that has two processors and does what it is told.
func sampleOperations(health: HealthReport = HealthReport(reasons: [])) -> ControlOperations {
    let processors = ["company-updated", "company-sync"].map { name in
        ProcessorStatus(
            name: name, queue: name, operation: "update", collection: "companies", state: .consuming,
            since: Timestamp(.init(timeIntervalSince1970: 0)))
    }
    let service = ServiceStatus(
        version: "1", pid: 1, state: .running, since: Timestamp(.init(timeIntervalSince1970: 0)), health: health, logLevel: "info")
    let change: @Sendable (ProcessorStatus.State) -> ProcessorOperations.Change = { state in
        { name throws(ControlError) in
            guard processors.contains(where: { $0.name == name }) else {
                throw .unknownProcessor(name, known: processors.map(\.name))
            }
            return ProcessorChange(name: name, state: state, changed: true, held: 0)
        }
    }
    return ControlOperations(
        version: "1",
        status: StatusOperations(
            report: { StatusReport(service: service, processors: processors, servers: []) }, health: { health }),
        processors: ProcessorOperations(pause: change(.paused), resume: change(.subscribing), drain: change(.draining)),
        service: ServiceOperations(
            reload: { () throws(ControlError) in throw ControlError(.invalidConfiguration, "no") },
            logLevel: { "info" }, setLogLevel: { _ throws(ControlError) in }, stop: { StopReply(held: 3) }))
}
