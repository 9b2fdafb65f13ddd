package import ControlMessages

/// Why a command got no answer from the service.
package enum ClientError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Nothing listens at the socket; the text is the kernel's reason.
    case notRunning(socket: String, reason: String)
    /// We may not open the socket.
    case notPermitted(socket: String, group: String?)
    /// The connection broke, or the answer did not come in time.
    case lost(socket: String, reason: String)
    /// What came is no answer of Warren's.
    case notUnderstood(socket: String, reason: String)
    /// The service said no.
    case refused(ControlError)

    /// What, where, why, and what can be done.
    package var description: String {
        switch self {
        case .notRunning(let socket, let reason):
            "cannot reach Warren at \(socket): \(reason). Is the service running? See systemctl status warren"
        case .notPermitted(let socket, let group):
            "cannot open \(socket): permission denied. "
                + (group.map { "Members of the group \($0) can: adduser USER \($0), then log in again; or use sudo" }
                    ?? "Try again with sudo")
        case .lost(let socket, let reason): "no answer from Warren at \(socket): \(reason). See systemctl status warren"
        case .notUnderstood(let socket, let reason):
            "the answer from \(socket) is not from Warren: \(reason). Does another program listen there?"
        case .refused(let error): error.message
        }
    }
}
