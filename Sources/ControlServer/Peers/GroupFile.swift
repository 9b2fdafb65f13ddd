internal import ControlMessages
internal import Glibc

/// Looks a group up in `/etc/group` (group(5)): a static binary must not load NSS modules.
package enum GroupFile {
    /// The number of the group with this name; a name that is itself a number counts as one. `nil` if there is none.
    package static func id(of name: String, file: String = "/etc/group") -> UInt32? {
        id(of: name, in: String(decoding: contents(of: file), as: UTF8.self)) ?? UInt32(name)
    }

    static func id(of name: String, in text: String) -> UInt32? {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 3, fields[0] == name, let id = UInt32(fields[2]) else { continue }
            return id
        }
        return nil
    }

    /// The members that the file lists for a group. passwd(5) says whose primary group it is.
    static func members(of name: String, in text: String) -> [String] {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 4, fields[0] == name else { continue }
            return fields[3].split(separator: ",").map(String.init)
        }
        return []
    }

    static func contents(of file: String) -> [UInt8] {
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var contents: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = unsafe read(descriptor, &block, block.count)
            guard count > 0 else { return contents }
            contents += block.prefix(count)
        }
    }
}
