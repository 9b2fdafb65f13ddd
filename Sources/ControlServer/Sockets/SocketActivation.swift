internal import ControlMessages
internal import Glibc

/// Sockets that systemd opened for us (sd_listen_fds(3)): a `.socket` unit, with its own path, mode and group.
package struct SocketActivation: Sendable, Equatable {
    /// The first descriptor that is passed.
    static let firstDescriptor: Int32 = 3

    /// Descriptors by their `FileDescriptorName=`, in their order.
    let sockets: [(name: String, descriptor: Int32)]

    /// What the environment says, if it is meant for the process `pid`.
    package init(environment: [String: String], pid: Int32) {
        guard environment["LISTEN_PID"].flatMap({ Int32($0) }) == pid, let count = environment["LISTEN_FDS"].flatMap({ Int32($0) }),
            (1...64).contains(count)
        else {
            sockets = []
            return
        }
        let names = environment["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false) ?? []
        sockets = (0..<Int(count)).map { index in
            (index < names.count ? String(names[index]) : "unknown", Self.firstDescriptor + Int32(index))
        }
    }

    init(sockets: [(name: String, descriptor: Int32)]) { self.sockets = sockets }

    /// The control socket: the one named `control`, or else the first; nil if systemd passed none. Throws ``SocketError/unusableActivation(_:)``
    /// if it is no listening Unix socket. From now on children do not inherit it.
    package func controlSocket() throws(SocketError) -> Int32? {
        guard let socket = sockets.first(where: { $0.name == "control" }) ?? sockets.first else { return nil }
        guard Self.option(SO_DOMAIN, of: socket.descriptor) == AF_UNIX,
            Self.option(SO_TYPE, of: socket.descriptor) == Int32(SOCK_STREAM.rawValue)
        else {
            throw .unusableActivation(
                "\(socket.name) (descriptor \(socket.descriptor)) is not a Unix stream socket; use ListenStream=/path")
        }
        guard Self.option(SO_ACCEPTCONN, of: socket.descriptor) == 1 else {
            throw .unusableActivation("\(socket.name) (descriptor \(socket.descriptor)) does not listen; use Accept=no")
        }
        _ = fcntl(socket.descriptor, F_SETFD, FD_CLOEXEC)
        return socket.descriptor
    }

    private static func option(_ name: Int32, of socket: Int32) -> Int32? {
        var value: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        return unsafe getsockopt(socket, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }

    /// The same sockets under the same names.
    package static func == (left: Self, right: Self) -> Bool {
        left.sockets.map(\.name) == right.sockets.map(\.name) && left.sockets.map(\.descriptor) == right.sockets.map(\.descriptor)
    }
}
