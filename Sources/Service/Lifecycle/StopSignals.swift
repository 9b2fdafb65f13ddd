internal import CLinux
internal import Glibc
public import Logging
internal import Synchronization
internal import Threads

/// SIGTERM and SIGINT: the first asks for an orderly stop, a second one ends the process at once. SIGHUP asks to read the configuration again.
///
/// They are blocked in every thread, and one thread waits for them (sigwait(3)): no handler has to be installed in time, and no descriptor is needed.
public final class StopSignals: Sendable {
    private let numbers: AsyncStream<Int32>
    private let told: AsyncStream<Int32>.Continuation
    /// True as long as there is nothing to be stopped in order.
    private let isStarting = Mutex(true)

    /// From here on the signals do not end the process by themselves. SIGPIPE is ignored: a lost connection is an error, not an end.
    ///
    /// To be called first in `main`: threads inherit what is blocked, so there must be no other one yet. A signal that came before waits.
    public init() {
        (numbers, told) = AsyncStream.makeStream(of: Int32.self)
        _ = signal(SIGPIPE, SIG_IGN)
        var awaited = sigset_t()
        unsafe sigemptyset(&awaited)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&awaited, number) }
        unsafe pthread_sigmask(SIG_BLOCK, &awaited, nil)
        startThread(named: "signals") { [awaited] in self.wait(for: awaited) }
    }

    /// The thread's whole life, which is the process's.
    private func wait(for awaited: sigset_t) {
        var awaited = awaited
        var number: Int32 = 0
        while true {
            guard unsafe sigwait(&awaited, &number) == 0 else { continue }
            isStarting.withLock { isStarting in
                // Nothing was consumed, nothing listens: this is as orderly as an end can be.
                if isStarting, number != SIGHUP {
                    LineWriter.standardError.flush()
                    _exit(EXIT_SUCCESS)
                }
                told.yield(number)
            }
        }
    }

    /// Returns at the first signal to stop. `reload` is called for each SIGHUP before, and not waited for. `flush` is called before the process ends
    /// at a second one.
    public func first(logger: Logger, flush: @escaping @Sendable () -> Void, reload: @escaping @Sendable () async -> Void) async {
        let (isAsked, continuation) = AsyncStream.makeStream(of: Void.self)
        Task {
            var received = 0
            for await number in numbers {
                guard number != SIGHUP else {
                    logger.log(.notice, "Signal received; reloading the configuration", [.signal: Self.name(number)])
                    Task { await reload() }
                    continue
                }
                received += 1
                guard received > 1 else {
                    logger.log(.notice, "Signal received", [.signal: Self.name(number)])
                    continuation.finish()
                    continue
                }
                logger.log(
                    .warning, "Second signal received; stopping at once. RabbitMQ redelivers unacknowledged messages",
                    [.signal: Self.name(number)])
                flush()
                exit(EXIT_FAILURE)
            }
        }
        for await _ in isAsked {}
    }

    /// From now on there is something to be stopped in order: ``first(logger:flush:reload:)`` returns for a signal, and before that it waits.
    public func beginService() { isStarting.withLock { $0 = false } }

    private static func name(_ number: Int32) -> String {
        switch number {
        case SIGTERM: "SIGTERM"
        case SIGINT: "SIGINT"
        case SIGHUP: "SIGHUP"
        default: "\(number)"
        }
    }
}

/// `warren stop`: a stop that is asked for from inside the process.
final class StopRequest: Sendable {
    private let (asked, continuation) = AsyncStream.makeStream(of: Void.self)

    /// Asks for it; more than once makes no difference.
    func ask() { continuation.finish() }

    /// Returns when it was asked for, or when `other` returns. Called once.
    func wait(or other: @escaping @Sendable () async -> Void) async {
        Task {
            await other()
            continuation.finish()
        }
        for await _ in asked {}
    }
}
