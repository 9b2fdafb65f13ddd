internal import Glibc
public import Logging
internal import UnixSignals

/// SIGTERM and SIGINT: the first asks for an orderly stop, a second one ends the process at once.
public struct StopSignals: Sendable {
    private let signals: UnixSignalsSequence

    /// From here on the signals do not end the process by themselves. SIGPIPE is ignored: a lost connection is an error, not an end.
    public init() async {
        signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Returns at the first signal.
    public func first(logger: Logger) async {
        let (isAsked, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            var received = 0
            for await signal in signals {
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
