internal import CLinux
internal import ControlMessages
internal import Glibc

/// What the kernel reports about the process that connected to a Unix socket (unix(7), SO_PEERCRED and SO_PEERGROUPS).
struct PeerCredentials: Equatable {
    let uid: UInt32
    let pid: Int32
    /// The primary group and all supplementary ones. From the kernel, because a static binary must not ask NSS.
    let groups: [UInt32]

    /// `nil` if the socket is not a connected Unix socket.
    init?(socket: Int32) {
        var credentials = clinux_credentials()
        guard unsafe clinux_peer_credentials(socket, &credentials) == 0 else { return nil }
        uid = credentials.uid
        pid = credentials.pid
        groups = [credentials.gid] + Self.supplementaryGroups(socket)
    }

    private static func supplementaryGroups(_ socket: Int32) -> [gid_t] {
        // NGROUPS_MAX is 65536; nearly every user has fewer groups than this.
        var groups = [gid_t](repeating: 0, count: 64)
        while true {
            var length = socklen_t(groups.count * MemoryLayout<gid_t>.size)
            let status = unsafe clinux_peer_groups(socket, &groups, &length)
            let count = Int(length) / MemoryLayout<gid_t>.size
            if status == 0 { return Array(groups.prefix(count)) }
            guard errno == ERANGE, count > groups.count else { return [] }
            groups = [gid_t](repeating: 0, count: count)
        }
    }
}
