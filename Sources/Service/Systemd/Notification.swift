internal import Glibc

/// One assignment of a message to the service manager (sd_notify(3)).
enum Notification: Equatable, Sendable {
    /// Start-up is over, or a reload is.
    case ready
    /// A reload begins, at this time of `CLOCK_MONOTONIC`: without it `Type=notify-reload` could not distinguish an old message from a new one.
    case reloading(monotonicMicroseconds: UInt64)
    /// The shutdown begins.
    case stopping
    /// What is happening, in words: one line in `systemctl status`.
    case status(String)
    /// Start, stop or watchdog may take so much longer, counted from now.
    case extendTimeout(microseconds: UInt64)
    /// All loops are alive.
    case watchdog

    /// A reload that begins now.
    static var reloadingNow: Notification {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return .reloading(monotonicMicroseconds: UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000)
    }

    /// The datagram that carries all of them: one assignment a line.
    static func datagram(_ notifications: [Notification]) -> String {
        notifications.map(\.assignment).joined(separator: "\n")
    }

    private var assignment: String {
        switch self {
        case .ready: "READY=1"
        case .reloading(let microseconds): "RELOADING=1\nMONOTONIC_USEC=\(microseconds)"
        case .stopping: "STOPPING=1"
        case .status(let text): "STATUS=\(Self.line(text))"
        case .extendTimeout(let microseconds): "EXTEND_TIMEOUT_USEC=\(microseconds)"
        case .watchdog: "WATCHDOG=1"
        }
    }

    /// Part of the text is a server's: a line break in it would begin an assignment of its own (`WATCHDOG=trigger`).
    private static func line(_ text: String) -> String {
        var line = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { line.append(scalar.properties.generalCategory == .control ? " " : scalar) }
        return String(line)
    }
}
