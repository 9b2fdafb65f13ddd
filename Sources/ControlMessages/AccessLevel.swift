/// How much a peer may do. Each level includes those before it.
public enum AccessLevel: Int, Sendable, Comparable, CaseIterable, CustomStringConvertible {
    /// Look: everyone who may open the socket.
    case observe
    /// Pause, resume, drain, replay: members of `[control] group`.
    case operate
    /// Reload, stop, drop: root and the user that the service runs as.
    case administer

    /// Less before more.
    public static func < (left: AccessLevel, right: AccessLevel) -> Bool { left.rawValue < right.rawValue }

    /// As in "may not …".
    public var description: String {
        switch self {
        case .observe: "observe"
        case .operate: "operate"
        case .administer: "administer"
        }
    }
}
