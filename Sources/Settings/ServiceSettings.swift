/// `[control]`: the Unix socket for administration.
public struct ControlSettings: Sendable, Equatable {
    /// Path of the socket. Absolute, at most 107 bytes.
    @Exact public var socket = "/run/warren/control.sock"
    /// Members of this group may operate; root and the service user may do everything. The package makes it, apart from `warren`, which may read
    /// `/etc/warren`.
    @Exact public var group = "warren-operators"
    /// Who may open the socket, and so observe: permission bits in octal, "0600"…"0777". The group is the socket's own, so by default only its
    /// members may; "0666" lets everyone observe, dead letters and events too.
    public var mode = SocketMode(0o660)

    /// The defaults.
    public init() {}
}

/// `[log]`
public struct LogSettings: Sendable, Equatable {
    /// The least severe level that is logged.
    public enum Level: String, Sendable, CaseIterable {
        case trace, debug, info, notice, warning, error, critical
    }

    /// How a line looks.
    public enum Format: String, Sendable, CaseIterable {
        /// The journal under systemd, text on a terminal, otherwise JSON.
        case auto
        /// For people.
        case text
        /// One JSON object a line.
        case json
        /// For systemd's journal.
        case journal
    }

    /// The least severe level that is logged.
    public var level = Level.info
    /// How a line looks.
    public var format = Format.auto

    /// The defaults.
    public init() {}
}

/// `[service]`
public struct ServiceSettings: Sendable, Equatable {
    /// How long a stop waits for what is in flight before it returns the rest to RabbitMQ. 0 s…1 h.
    public var drain: Duration = .seconds(20)

    /// The defaults.
    public init() {}
}

/// Permission bits of a socket, written in octal as for chmod(1).
public struct SocketMode: Sendable, Equatable, CustomStringConvertible {
    /// The bits, 0o600…0o777.
    public let bits: UInt32

    /// By the bits.
    public init(_ bits: UInt32) { self.bits = bits }

    /// Such as `0660`.
    public var description: String { "0" + String(bits, radix: 8) }
}
