/// Looks a user up in `/etc/passwd` (passwd(5)): a static binary must not load NSS modules. Users of a directory service have no name there.
package enum AccountFile {
    /// The name of the user with this number; `nil` if the file lists none.
    package static func name(of uid: UInt32, file: String = "/etc/passwd") -> String? {
        name(of: uid, in: String(decoding: GroupFile.contents(of: file), as: UTF8.self))
    }

    /// The numbers of the user with this name and of its group; `nil` if the file lists none.
    package static func account(named name: String, file: String = "/etc/passwd") -> (uid: UInt32, gid: UInt32)? {
        for line in String(decoding: GroupFile.contents(of: file), as: UTF8.self).split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            if fields.count >= 4, fields[0] == name, let uid = UInt32(fields[2]), let gid = UInt32(fields[3]) { return (uid, gid) }
        }
        return nil
    }

    static func name(of uid: UInt32, in text: String) -> String? {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 3, UInt32(fields[2]) == uid, !fields[0].isEmpty else { continue }
            return String(fields[0])
        }
        return nil
    }
}
