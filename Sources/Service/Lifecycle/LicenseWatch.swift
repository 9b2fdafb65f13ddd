internal import Logging
internal import Messages
internal import Pipeline
internal import Store

/// Asks ArangoDB for its licence, updates ``StatusTracker``, and logs each change of its state: a server whose data are too large for its licence
/// refuses writes two days later.
struct LicenseWatch {
    /// Between two questions; a refusal is not mended as fast.
    static let interval: Duration = .seconds(60)
    static let refusedInterval: Duration = .seconds(3600)

    let logger: Logger
    let status: StatusTracker

    /// Until it is cancelled. `engine` is called again each time, because a reload may replace the engine.
    func watch(_ engine: @Sendable () -> Engine) async {
        var state = LicenseReport.State.good
        while true {
            let engine = engine()
            let answer = await engine.store.license()
            var wait = Self.interval
            switch answer {
            case .success(let report):
                status.tell(report, of: engine.registry)
                tell(report, after: &state)
            case .failure(.outage), .failure(.unknown): break
            case .failure(let failure):
                logger.log(.debug, "ArangoDB does not report its licence to this user", [.error: failure.fault])
                status.tell(nil, of: engine.registry)
                wait = Self.refusedInterval
            }
            guard (try? await Task.sleep(for: wait)) != nil else { return }
        }
    }

    private func tell(_ report: LicenseReport?, after state: inout LicenseReport.State) {
        let now = report?.state ?? .good
        guard now != state else { return }
        state = now
        let text = report.map { "\($0)" } ?? "none"
        switch now {
        case .good: logger.log(.notice, "ArangoDB's licence is in order again", [.result: text])
        case .expiring, .other: logger.log(.warning, "ArangoDB's licence needs attention", [.result: text])
        case .expired, .limitReached: logger.log(.error, "ArangoDB will take no more writes soon, because of its licence", [.result: text])
        case .readOnly, .shutdown: logger.log(.error, "ArangoDB takes no writes, because of its licence", [.result: text])
        }
    }
}
