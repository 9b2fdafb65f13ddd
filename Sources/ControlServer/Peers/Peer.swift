package import ControlMessages

/// Who is at the other end of a connection, as the kernel tells it.
package struct Peer: Sendable, Equatable, CustomStringConvertible {
    /// Effective user when it connected; nil for a client that came over the network.
    package let uid: UInt32?
    /// Process that connected; 0 if it is in another PID namespace, nil over the network.
    package let pid: Int32?
    /// What it may do.
    package let level: AccessLevel

    /// A peer by its parts.
    package init(uid: UInt32?, pid: Int32?, level: AccessLevel) {
        self.uid = uid
        self.pid = pid
        self.level = level
    }

    /// Over the network nobody can be told from anybody.
    static let network = Peer(uid: nil, pid: nil, level: .observe)

    /// Such as `uid 1000 (pid 4711)`.
    package var description: String {
        guard let uid, let pid else { return "a network client" }
        return "uid \(uid) (pid \(pid))"
    }
}
