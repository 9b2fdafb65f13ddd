internal import ControlMessages

/// What an administrator should know about the operators' group, before a user lacks the right or has it by mistake.
package struct OperatorGroup: Sendable {
    /// Its name in the configuration.
    package let name: String
    private let groups: String

    /// The group's name whose members operated in 0.1.0; they may read `/etc/warren`.
    package static let former = "warren"

    /// As `/etc/group` has it (group(5)).
    package init(name: String, file: String = "/etc/group") {
        self.init(name: name, groups: String(decoding: GroupFile.contents(of: file), as: UTF8.self))
    }

    init(name: String, groups: String) {
        self.name = name
        self.groups = groups
    }

    /// What is wrong with it, one text each, with what to do.
    package var warnings: [String] {
        guard GroupFile.id(of: name, in: groups) != nil || UInt32(name) != nil else {
            return [
                "[control] group: there is no group \(name) in /etc/group, so only root and the service user can operate. "
                    + "Create it (groupadd --system \(name)), or name another group; the service looks for it when it starts."
            ]
        }
        guard name != Self.former else {
            return [
                "[control] group: members of \(name) can also read the passwords in /etc/warren, where the package installed it. "
                    + "Name warren-operators, whose members cannot, and add each user who shall operate (adduser USER warren-operators)."
            ]
        }
        let members = Set(GroupFile.members(of: name, in: groups))
        let left = GroupFile.members(of: Self.former, in: groups).filter { !members.contains($0) }
        guard !left.isEmpty else { return [] }
        return [
            "[control] group: \(left.joined(separator: ", ")) \(left.count == 1 ? "is" : "are") in the group \(Self.former), whose members "
                + "operated in Warren 0.1.0, and not in \(name), whose members operate now. The upgrade moved nobody. Add each user who shall operate "
                + "(adduser USER \(name)). Members of \(Self.former) can read the passwords in /etc/warren (deluser USER \(Self.former) ends that)."
        ]
    }
}
