internal import Logging
internal import Messages
internal import Settings
internal import Store

/// Asks the database for its version before anything is consumed: one before 3.12 ignores `versionAttribute` silently (ArangoDB.md section 3).
struct StartCheck {
    let store: DocumentStore
    let settings: Settings
    let logger: Logger
    /// Told each answer.
    let tell: @Sendable (Result<ServerVersion, RequestFailure>) -> Void

    /// Between two questions to a database that does not answer.
    static let interval: Duration = .seconds(1)

    /// Returns when the database is known to be good enough, however long that takes. Throws a ``StartError`` if it is not, or when cancelled.
    func pass() async throws {
        guard settings.processors.contains(where: { $0.version != nil }) else { return }
        var isTold = false
        while true {
            let answer = try await answer()
            tell(answer)
            switch answer {
            case .success(let version):
                guard version.supportsVersionAttribute else {
                    throw StartError.configuration(
                        "\(MissingPrerequisite.tooOld(version)). Nothing was consumed")
                }
                return
            case .failure(let failure):
                if !isTold {
                    logger.log(.error, "ArangoDB does not tell its version; consuming starts when it does", [.error: failure.fault])
                }
                isTold = true
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Cancelled, it does not wait for the answer: a stop must not take as long as a server that hangs.
    private func answer() async throws -> Result<ServerVersion, RequestFailure> {
        let (answers, continuation) = AsyncStream.makeStream(of: Result<ServerVersion, RequestFailure>.self)
        Task { [store] in
            continuation.yield(await store.serverVersion())
            continuation.finish()
        }
        for await answer in answers { return answer }
        throw CancellationError()
    }
}
