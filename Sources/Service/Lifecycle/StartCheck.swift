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

    /// Returns when the database has answered, however long that takes. A database that hides its version, and cannot be seen to honour
    /// versions, holds up only the processors that have one, by ``ReadinessCheck``; the others start. Throws a ``StartError`` if it is
    /// too old, or was seen to ignore versions, or when cancelled.
    func pass() async throws {
        guard settings.processors.contains(where: { $0.version != nil }) else { return }
        var isTold = false
        while true {
            let told = try await answer { await $0.serverVersion() }
            tell(told)
            switch told {
            case .success(let report):
                let verdict = try await answer { await $0.judge(report) }
                switch verdict {
                case .honoured: return
                case .proven:
                    return logger.log(
                        .notice, "ArangoDB hides its version; a proof in a temporary collection shows that it honours versions")
                case .assumed:
                    return logger.log(
                        .warning, "ArangoDB hides its version; that it honours versions is assumed, as [arangodb] version_guard says")
                case .unproven(let obstacle):
                    return logger.log(.error, "Processors with a version do not consume", [.error: obstacle])
                case .tooOld(let version):
                    throw StartError.configuration("\(MissingPrerequisite.tooOld(version)). Nothing was consumed")
                case .refuted(let fault):
                    throw StartError.configuration("\(MissingPrerequisite.ignoresVersions(fault)). Nothing was consumed")
                }
            case .failure(let failure):
                if !isTold {
                    logger.log(
                        .error, "ArangoDB does not report its version; consuming starts when it does",
                        [.error: DatabaseRemedy.explained(failure.fault)])
                }
                isTold = true
                try await Task.sleep(for: Self.interval)
            }
        }
    }

    /// Cancelled, it does not wait for the answer: a stop must not take as long as a server that hangs.
    private func answer<Answer: Sendable>(_ ask: @escaping @Sendable (DocumentStore) async -> Answer) async throws -> Answer {
        let (answers, continuation) = AsyncStream.makeStream(of: Answer.self)
        Task { [store] in
            continuation.yield(await ask(store))
            continuation.finish()
        }
        for await answer in answers { return answer }
        throw CancellationError()
    }
}
