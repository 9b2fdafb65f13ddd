internal import Glibc

/// systemd, as the service sees it: it is notified when the service is ready, what it does, and that it is alive (sd_notify(3)).
///
/// Without a service manager, or with one that does not answer, every call does nothing: a service never fails because systemd is not there.
public struct ServiceManager: Sendable {
    private let socket: NotifySocket?
    /// How soon after each other ``watchdog()`` must be called, or the manager ends us; `nil` if it does not watch.
    public let watchdogInterval: Duration?

    /// The manager that `environment` names (`NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`).
    public init(environment: [String: String]) {
        socket = NotifySocket(environment["NOTIFY_SOCKET"])
        watchdogInterval = socket == nil ? nil : WatchdogVariables.interval(environment)
    }

    /// A service manager listens; otherwise nothing of this is worth computing.
    public var isThere: Bool { socket != nil }

    /// The start is over, or the reload that ``reloading()`` began, whether it changed anything or not.
    public func ready(_ status: String) async { await tell([.ready, .status(status)]) }

    /// A reload begins. ``ready(_:)`` must follow.
    public func reloading() async { await tell([.reloadingNow]) }

    /// The shutdown begins; it may take `time` from now, more if ``extendTimeout(by:)`` follows in time.
    public func stopping(_ status: String, within time: Duration) async {
        await tell([.stopping, .status(status), .extendTimeout(microseconds: time.wholeMicroseconds)])
    }

    /// Start or stop may take `time` more, counted from now. Never makes it shorter than the unit allows.
    public func extendTimeout(by time: Duration) async { await tell([.extendTimeout(microseconds: time.wholeMicroseconds)]) }

    /// What is happening, in words. Lost if the manager is busy: the next one says it.
    public func status(_ text: String) { _ = socket?.send(Notification.datagram([.status(text)])) }

    /// All loops are alive. False if the manager is busy, so that it should be said again soon.
    public func watchdog() -> Bool { socket?.send(Notification.datagram([.watchdog])) != .busy }

    /// For what the manager must hear: tries again while it is busy, ``patience`` at most.
    private func tell(_ notifications: [Notification]) async {
        guard let socket else { return }
        let datagram = Notification.datagram(notifications)
        let deadline = ContinuousClock.now + Self.patience
        while socket.send(datagram) == .busy, .now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(10))
        }
    }

    static let patience: Duration = .seconds(2)
}

extension Duration {
    /// Rounded down; 0 for a negative one.
    var wholeMicroseconds: UInt64 {
        let (seconds, attoseconds) = components
        return UInt64(max(0, seconds)) * 1_000_000 + UInt64(max(0, attoseconds / 1_000_000_000_000))
    }
}

/// The service manager's watchdog, from our environment (sd_watchdog_enabled(3)).
enum WatchdogVariables {
    /// `WATCHDOG_USEC`, unless `WATCHDOG_PID` says that another process is meant, or it is no number of microseconds; `nil` if there is no watchdog.
    static func interval(_ environment: [String: String], pid: pid_t = getpid()) -> Duration? {
        if let owner = environment["WATCHDOG_PID"], pid_t(owner) != pid { return nil }
        guard let microseconds = environment["WATCHDOG_USEC"].flatMap(Int64.init), microseconds > 0 else { return nil }
        return .microseconds(microseconds)
    }
}
