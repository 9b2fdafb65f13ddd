/// Notifies the service manager: READY at the right moment, STATUS in words, STOPPING. All of it follows from the ``ServiceState``.
struct SystemdNotifier: Sendable {
    /// READY comes at the latest after this, even if a server never answers: consuming was attempted then, too.
    static let readyTime: Duration = .seconds(10)
    /// Between two looks at whether STATUS has changed.
    static let statusTime: Duration = .seconds(1)

    private let manager: ServiceManager
    private let status: StatusTracker

    /// Notifies `manager` of the service's state.
    init(_ manager: ServiceManager, _ status: StatusTracker) {
        self.manager = manager
        self.status = status
    }

    /// Sends RELOADING.
    func beginReload() async { await manager.reloading() }

    /// Sends READY again, whether anything has changed or not.
    func endReload() async { await manager.ready(status.statusLine) }

    /// Sends READY when consuming was attempted, and STATUS from then on when it has changed, until it is cancelled.
    func run() async {
        guard manager.isThere else { return }
        _ = await within(Self.readyTime) { [status] in await status.consumingAttempted() }
        guard !Task.isCancelled else { return }
        var told = status.statusLine
        await manager.ready(told)
        while (try? await Task.sleep(for: Self.statusTime)) != nil { tell(unless: &told) }
    }

    /// Sends STOPPING. It takes as long as a busy manager needs to hear it, at most ``ServiceManager/patience``.
    func beginStop() async { await manager.stopping(status.statusLine, within: Self.extension) }

    /// Asks for more time until it is cancelled, but not beyond `longest`: a drain may be allowed longer than the unit's `TimeoutStopSec`, and a
    /// stop that is stuck is for the manager to end. STATUS counts down.
    func goOnStopping(longest: Duration) async {
        guard manager.isThere else { return }
        let deadline = ContinuousClock.now + longest
        var told = ""
        while (try? await Task.sleep(for: Self.statusTime)) != nil, .now < deadline {
            await manager.extendTimeout(by: Self.extension)
            tell(unless: &told)
        }
    }

    /// The extension asked for each time: several times the interval between two requests.
    private static let `extension`: Duration = .seconds(10)

    /// Sends STATUS if it differs from the last one.
    private func tell(unless told: inout String) {
        let line = status.statusLine
        guard line != told else { return }
        told = line
        manager.status(line)
    }
}
