internal import CLinux
internal import Formats
internal import Glibc

/// The datagram socket on which journald takes entries.
final class JournalSocket: Sendable {
    /// Where it is on every system with journald.
    static let defaultPath = "/run/systemd/journal/socket"

    /// The result of sending an entry.
    enum Outcome: Equatable {
        case sent
        /// journald is behind; it will take entries again.
        case full
        /// There is no journald, or it refuses this.
        case away
    }

    private let address: UnixAddress
    private let descriptor: Int32

    /// `nil` if no socket can be made. Whether the journal listens there shows with each entry.
    init?(path: String = defaultPath) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0, let address = UnixAddress(systemd: path) else { return nil }
        self.descriptor = descriptor
        self.address = address
        // As libsystemd does it: an entry of this size still goes as one datagram, as far as the kernel allows.
        var size: Int32 = 8 << 20
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        var patience = timeval(tv_sec: Self.patienceSeconds, tv_usec: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    /// Sends an entry; `mayWait` a second at most for journald to take it, otherwise not at all.
    func send(_ entry: [UInt8], mayWait: Bool) -> Outcome {
        let flags = Int32(MSG_NOSIGNAL) | (mayWait ? 0 : Int32(MSG_DONTWAIT))
        let sent = unsafe address.withPointer { unsafe sendto(descriptor, entry, entry.count, flags, $0, $1) }
        guard sent < 0 else { return .sent }
        return errno == EMSGSIZE ? sendInMemory(entry, flags) : Self.outcome(errno)
    }

    /// Too large for a datagram: journald takes it from memory that cannot be changed any more.
    private func sendInMemory(_ entry: [UInt8], _ flags: Int32) -> Outcome {
        let memory = unsafe memfd_create("warren-journal", UInt32(MFD_CLOEXEC) | UInt32(MFD_ALLOW_SEALING))
        guard memory >= 0 else { return .away }
        defer { close(memory) }
        var written = 0
        while written < entry.count {
            let count = unsafe entry[written...].withUnsafeBytes { unsafe write(memory, $0.baseAddress, $0.count) }
            guard count > 0 else { return .away }
            written += count
        }
        guard clinux_seal(memory) == 0 else { return .away }
        let sent = unsafe address.withPointer { unsafe clinux_send_descriptor(descriptor, memory, $0, $1, flags) }
        return sent >= 0 ? .sent : Self.outcome(errno)
    }

    private static func outcome(_ code: Int32) -> Outcome {
        [EAGAIN, ENOBUFS, ENOMEM, EINTR, ETOOMANYREFS].contains(code) ? .full : .away
    }

    private static let patienceSeconds = 1
}
