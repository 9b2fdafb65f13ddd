internal import ControlMessages

/// Why there is no control socket.
package enum SocketError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another process listens there already; its id, if the kernel tells it.
    case inUse(path: String, pid: Int32?)
    /// Something that is no socket has the path.
    case notASocket(path: String)
    /// The kernel refuses a step; the text is its reason.
    case failed(step: String, path: String, reason: String)
    /// The TCP address for figures cannot be had; the text is the kernel's reason.
    case network(address: String, reason: String)
    /// What systemd passed is no listening Unix socket.
    case unusableActivation(String)

    /// What, where, why, and what can be done.
    package var description: String {
        switch self {
        case .inUse(let path, let pid):
            "the control socket \(path) is in use by \(pid.map { "process \($0)" } ?? "another process"): is Warren running already? "
                + "A second instance needs its own [control] socket"
        case .notASocket(let path): "\(path) exists and is not a socket; remove it, or choose another [control] socket"
        case .failed(let step, let path, let reason): "cannot \(step) the control socket \(path): \(reason)"
        case .network(let address, let reason):
            "cannot listen at \(address): \(reason). Choose another [metrics] listen, or remove it"
        case .unusableActivation(let text): "Warren cannot use the socket that systemd passed: \(text)"
        }
    }
}
