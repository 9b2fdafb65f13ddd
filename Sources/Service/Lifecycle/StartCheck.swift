internal import Logging
internal import Messages
internal import Settings
internal import Store

/// Why the service cannot start, however long it waits.
public enum StartError: Error, CustomStringConvertible {
    /// The configuration asks for what this server, file or library cannot do. Exit code 78.
    case configuration(String)

    /// What and why.
    public var description: String {
        switch self {
        case .configuration(let text): text
        }
    }
}

/// Asks the database for its version before anything is consumed: one before 3.12 ignores `versionAttribute` silently (ArangoDB.md section 3).
struct StartCheck {
    let store: DocumentStore
    let settings: Settings
    let logger: Logger
    /// Receives each answer.
    let tell: @Sendable (Result<VersionReport, RequestFailure>) -> Void

    /// Between two questions to a database that does not answer.
    static let interval: Duration = .seconds(1)

    /// Returns when the database has answered, however long that takes. A database that hides its version holds up only the processors with a
    /// version, by ``ReadinessCheck``; the others start. Throws a ``StartError`` if it is too old, or when cancelled.
    func pass() async throws {
        guard settings.processors.contains(where: { $0.version != nil }) else { return }
        var isTold = false
        while true {
            let answer = try await answer()
            tell(answer)
            switch answer {
            case .success(let report):
                switch await store.judge(report) {
                case .honoured: return
                case .assumed:
                    return logger.log(
                        .warning, "ArangoDB hides its version; that it honours versions is assumed, as [arangodb] version_guard says")
                case .unproven(let obstacle):
                    return logger.log(.error, "Processors with a version do not consume", [.error: obstacle])
                case .tooOld(let version):
                    throw StartError.configuration("\(MissingPrerequisite.tooOld(version)). Nothing was consumed")
                }
            case .failure(let failure):
                if !isTold {
                    logger.log(.error, "ArangoDB does not report its version; consuming starts when it does", [.error: failure.fault])
                }
                isTold = true
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Cancelled, it does not wait for the answer: a stop must not take as long as a server that hangs.
    private func answer() async throws -> Result<VersionReport, RequestFailure> {
        let (answers, continuation) = AsyncStream.makeStream(of: Result<VersionReport, RequestFailure>.self)
        Task { [store] in
            continuation.yield(await store.serverVersion())
            continuation.finish()
        }
        for await answer in answers { return answer }
        throw CancellationError()
    }
}
