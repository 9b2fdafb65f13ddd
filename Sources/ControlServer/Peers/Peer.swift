package import ControlMessages

/// The process at the other end of a connection, from the kernel.
package struct Peer: Sendable, Equatable, CustomStringConvertible {
    /// Effective user when it connected; `nil` for a client that came over the network.
    package let uid: UInt32?
    /// Process that connected; 0 if it is in another PID namespace, `nil` over the network.
    package let pid: Int32?
    /// What it may do.
    package let level: AccessLevel

    /// A peer by its parts.
    package init(uid: UInt32?, pid: Int32?, level: AccessLevel) {
        self.uid = uid
        self.pid = pid
        self.level = level
    }

    /// Clients over the network cannot be distinguished.
    static let network = Peer(uid: nil, pid: nil, level: .observe)

    /// Such as `uid 1000 (pid 4711)`.
    package var description: String {
        guard let uid, let pid else { return "a network client" }
        return "uid \(uid) (pid \(pid))"
    }
}

/// What a peer on the Unix socket may do: members of the group operate, root and the service user administer, everyone else observes.
package struct PeerPolicy: Sendable, Equatable {
    /// The user that the service runs as.
    package var serviceUser: UInt32
    /// Whose members operate; `nil` if there is no such group.
    package var group: UInt32?

    /// A policy by its parts.
    package init(serviceUser: UInt32, group: UInt32?) {
        self.serviceUser = serviceUser
        self.group = group
    }

    /// The level of a user with these groups, its primary one among them.
    func level(uid: UInt32, groups: [UInt32]) -> AccessLevel {
        if uid == 0 || uid == serviceUser { return .administer }
        if let group, groups.contains(group) { return .operate }
        return .observe
    }
}

extension Peer {
    /// Throws `not_permitted` if this peer's level is lower. `what` it is for, such as "set confirm", where the request alone does not say it.
    func demand(_ level: AccessLevel, for what: String? = nil) throws(ControlError) {
        guard self.level < level else { return }
        throw .notPermitted("\(self) may \(self.level), but not \(level)\(what.map { " (to \($0))" } ?? ""): \(level.whoMay)")
    }
}

extension AccessLevel {
    fileprivate var whoMay: String {
        switch self {
        case .observe: "every user with access to the socket may"
        case .operate: "members of the group that [control] group names may, and root"
        case .administer: "only root and the user that the service runs as may"
        }
    }
}
