internal import ControlMessages

/// What a peer on the Unix socket may do: members of the group operate, root and the service user administer, everybody else observes.
package struct PeerPolicy: Sendable, Equatable {
    /// The user that the service runs as.
    package var serviceUser: UInt32
    /// Whose members operate; nil: there is no such group, so nobody is a member.
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
