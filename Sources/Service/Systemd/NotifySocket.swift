internal import CLinux
internal import Formats
internal import Glibc

/// The socket on which the service manager listens for notifications (sd_notify(3)).
struct NotifySocket: Sendable {
    private let address: UnixAddress

    /// `variable` is `NOTIFY_SOCKET`. `nil` if it is unset or no address that we know: then there is no manager to notify, which is no fault.
    init?(_ variable: String?) {
        guard let variable, let address = UnixAddress(systemd: variable) else { return nil }
        self.address = address
    }

    /// The result of sending a datagram.
    enum Outcome: Equatable {
        case sent
        /// The manager's queue is full, or the kernel short of memory: both pass.
        case busy
        /// Nothing listens there, or we may not: trying again does not help.
        case failed(errno: Int32)
    }

    /// Sends one datagram without waiting. A socket for each, because they are rare, and the manager may have been restarted in between.
    func send(_ text: String) -> Outcome {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return Self.outcome(errno) }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let sent = unsafe address.withPointer { address, length in
            unsafe sendto(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), address, length)
        }
        return sent >= 0 ? .sent : Self.outcome(errno)
    }

    private static func outcome(_ code: Int32) -> Outcome {
        [EAGAIN, ENOBUFS, ENOMEM, EMFILE, ENFILE, EINTR].contains(code) ? .busy : .failed(errno: code)
    }
}
