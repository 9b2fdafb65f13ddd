internal import Logging
internal import Pipeline
internal import Settings
internal import Store

/// Asks the database for its version before anything is consumed: one before 3.12 ignores `versionAttribute` silently (API.md section 3).
struct StartCheck {
    let store: DocumentStore
    let settings: Settings
    let logger: Logger

    /// Between two questions to a database that does not answer.
    static let interval: Duration = .seconds(1)

    /// Returns when the database is known to be good enough, however long that takes. Throws a ``StartError`` if it is not, or when cancelled.
    func pass() async throws {
        guard settings.processors.contains(where: { $0.version != nil }) else { return }
        var isTold = false
        while true {
            switch await store.serverVersion() {
            case .success(let version):
                guard version.supportsVersionAttribute else {
                    throw StartError.configuration(
                        "\(Shortcoming.tooOld(version)). Nothing was consumed")
                }
                return
            case .failure(let failure):
                if !isTold { logger.log(.error, "ArangoDB does not answer, consuming begins when it does", [.error: failure.fault]) }
                isTold = true
                try await Task.sleep(for: Self.interval)
            }
        }
    }
}
