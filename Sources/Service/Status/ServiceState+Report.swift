internal import Broker
internal import ControlMessages
internal import Glibc
internal import Messages
internal import Pipeline
internal import Settings
internal import Store

/// The facts in the words of the control interface.
extension ServiceState {
    /// What the state itself does not contain.
    struct ReportContext {
        /// The program's version.
        var version: String
        /// The least severe level that is logged.
        var logLevel: String
        /// How the coordinators did lately, in the order of the settings.
        var coordinators: [CoordinatorReport]
        /// How long the latest request waited in the server's queue.
        var queueTime: Duration
    }

    func report(_ context: ReportContext, at now: ClockReading) -> StatusReport {
        StatusReport(
            service: ServiceStatus(
                version: context.version, pid: getpid(), state: phase, since: began.wall, health: health(at: now),
                logLevel: context.logLevel, held: snapshot?.held ?? 0, heldBytes: snapshot?.heldBytes ?? 0,
                holdBytes: settings.rabbitmq.holdBytes, requestsInFlight: snapshot?.requestsInFlight ?? 0,
                requestsAllowed: snapshot?.requestsAllowed ?? 0, documentsPerRequest: documentsPerRequest),
            processors: groups.map { status(of: $0) },
            servers: [brokerStatus] + databaseStatus(context, at: now))
    }

    private var brokerStatus: ServerStatus {
        ServerStatus(
            kind: "rabbitmq", endpoint: broker.endpoint, version: broker.version,
            state: broker.state == .unknown ? .connecting : broker.state,
            since: broker.since.wall, reason: broker.reason)
    }

    private func databaseStatus(_ context: ReportContext, at now: ClockReading) -> [ServerStatus] {
        context.coordinators.map { coordinator in
            // One that was never asked is as unknown as its version.
            let state: ServerStatus.State = coordinator.failure != nil ? .away : coordinator.lastAnswer != nil ? .up : .unknown
            var status = ServerStatus(
                kind: "arangodb", endpoint: coordinator.endpoint, version: coordinator.lastAnswer == nil ? nil : database.version,
                state: state,
                since: state == database.state ? database.since.wall : nil, reason: coordinator.failure,
                replyMilliseconds: coordinator.replyTime.map { $0 / .milliseconds(1) },
                queueMilliseconds: coordinator.lastAnswer == nil ? nil : context.queueTime / .milliseconds(1))
            if state == .up { status.license = license.map { ServerStatus.License($0) } }
            return status
        }
    }
}

extension ServerStatus.License {
    init(_ report: LicenseReport) {
        self.init(state: report.state.rawValue)
        (bytesUsed, bytesLimit) = (report.bytesUsed, report.bytesLimit)
        (secondsUntilReadOnly, secondsUntilShutDown) = (report.secondsUntilReadOnly, report.secondsUntilShutDown)
    }
}
