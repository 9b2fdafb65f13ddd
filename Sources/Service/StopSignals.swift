internal import Glibc
public import Logging
internal import UnixSignals

/// SIGTERM and SIGINT: the first asks for an orderly stop, a second one ends the process at once. SIGHUP asks to read the configuration again.
public struct StopSignals: Sendable {
    private let signals: UnixSignalsSequence

    /// From here on the signals do not end the process by themselves. SIGPIPE is ignored: a lost connection is an error, not an end.
    public init() async {
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Returns at the first signal to stop. `reload` is called for each SIGHUP before, and not waited for.
    public func first(logger: Logger, reload: @escaping @Sendable () async -> Void) async {
        let (isAsked, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            var received = 0
            for await signal in signals {
                guard signal != .sighup else {
                    logger.log(.notice, "Signal received, reading the configuration again", [.signal: signal])
                    Task { await reload() }
                    continue
                }
                received += 1
                guard received > 1 else {
                    logger.log(.notice, "Signal received", [.signal: signal])
                    continuation.finish()
                    continue
                }
                logger.log(
                    .warning, "Second signal, stopping at once; RabbitMQ delivers again what was not acknowledged", [.signal: signal])
                exit(EXIT_FAILURE)
            }
        }
        for await _ in isAsked {}
    }
}
