internal import Glibc

/// The stream on which journald reads a service's output (systemd.exec(5), `JOURNAL_STREAM`): device and inode.
struct JournalStream: Equatable {
    private let device: UInt64
    private let inode: UInt64

    /// `nil` if the variable is unset, or not as documented.
    init?(_ variable: String?) {
        let numbers = (variable ?? "").split(separator: ":", omittingEmptySubsequences: false).map { UInt64($0) }
        guard numbers.count == 2, let device = numbers[0], let inode = numbers[1] else { return nil }
        (self.device, self.inode) = (device, inode)
    }

    /// Whether this descriptor is the stream. The variable alone proves nothing: a process that is started with its output elsewhere inherits it.
    func isAt(_ descriptor: Int32) -> Bool {
        var facts = stat()
        return unsafe fstat(descriptor, &facts) == 0 && facts.st_dev == device && facts.st_ino == inode
    }
}
