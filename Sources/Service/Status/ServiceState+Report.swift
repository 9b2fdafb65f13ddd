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
        /// The configuration file; `nil` if there is none.
        var configuration: String?
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
                version: context.version, configuration: context.configuration, pid: getpid(), state: phase, since: began.wall,
                health: health(at: now),
                logLevel: context.logLevel, held: snapshot?.held ?? 0, heldBytes: snapshot?.heldBytes ?? 0,
                holdBytes: settings.rabbitmq.holdBytes, requestsInFlight: snapshot?.requestsInFlight ?? 0,
                requestsAllowed: snapshot?.requestsAllowed ?? 0, documentsPerRequest: documentsPerRequest),
            processors: groups.map { status(of: $0, at: now) }, disabled: settings.disabled.isEmpty ? nil : settings.disabled,
            servers: [brokerStatus] + databaseStatus(context, at: now))
    }

    /// One that is not asked before the database has answered is unknown, and says so.
    private var brokerStatus: ServerStatus {
        let isWaiting = broker.state == .unknown && !isConnecting
        return ServerStatus(
            kind: "rabbitmq", endpoint: broker.endpoint, version: broker.version,
            state: broker.state == .unknown && isConnecting ? .connecting : broker.state,
            since: isWaiting ? nil : broker.since.wall,
            reason: isWaiting ? "not connected before ArangoDB has answered" : broker.reason)
    }

    private func databaseStatus(_ context: ReportContext, at now: ClockReading) -> [ServerStatus] {
        context.coordinators.map { coordinator in
            let (state, reason) = condition(of: coordinator)
            var status = ServerStatus(
                kind: "arangodb", endpoint: coordinator.endpoint, version: coordinator.lastAnswer == nil ? nil : database.version,
                state: state,
                since: state == database.state ? database.since.wall : nil, reason: reason,
                replyMilliseconds: coordinator.replyTime.map { $0 / .milliseconds(1) },
                queueMilliseconds: coordinator.lastAnswer == nil ? nil : context.queueTime / .milliseconds(1))
            if state == .up { status.license = license.map { ServerStatus.License($0) } }
            return status
        }
    }

    /// One that was never asked is as unknown as its version. One that answers is no better than the database: it may let nobody in.
    private func condition(of coordinator: CoordinatorReport) -> (ServerStatus.State, reason: String?) {
        if let failure = coordinator.failure { return (.away, failure) }
        guard coordinator.lastAnswer != nil else { return (.unknown, nil) }
        return database.state == .away ? (.away, database.explanation) : (.up, nil)
    }
}

extension ServerStatus.License {
    init(_ report: LicenseReport) {
        self.init(state: report.state.rawValue)
        (bytesUsed, bytesLimit) = (report.bytesUsed, report.bytesLimit)
        (secondsUntilReadOnly, secondsUntilShutDown) = (report.secondsUntilReadOnly, report.secondsUntilShutDown)
    }
}
