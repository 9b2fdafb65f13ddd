internal import ControlMessages
internal import Glibc

/// The pauses of a service, in the file `pauses` of its state directory: one JSON object, replaced as a whole.
///
/// Unlike ``ProcessRecord`` it outlives the machine: a pause is confirmed when file and directory are synced.
struct PauseRecord: Sendable {
    /// Why the file cannot be written or read.
    struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        let path: String
        let problem: String

        init(_ path: String, _ problem: String) { (self.path, self.problem) = (path, problem) }

        /// The kernel's reason for the last failure.
        init(_ path: String, code: Int32) { self.init(path, unsafe String(cString: strerror(code))) }

        var description: String { "\(path): \(problem)" }
    }

    /// A file is not longer: some thousand processors, each with a reason of the longest.
    static let mostBytes = 4 << 20

    private let directory: String
    private var path: String { "\(directory)/pauses" }

    /// The record in this directory. Nothing is read or written yet.
    init(directory: String) { self.directory = directory }

    /// Which processors are paused, by name. Throws if there is a file that says nothing.
    func read() throws(Fault) -> [String: PauseRequest] {
        switch OwnFile.read(path, limit: Self.mostBytes) {
        case .missing: return [:]
        case .foreign: throw Fault(path, "not a file of the service user, or too long")
        case .bytes(let bytes):
            do {
                let text = try ControlJSON.decode(PauseText.self, from: bytes)
                guard text.version == PauseText.currentVersion else { throw Fault(path, "its version is \(text.version)") }
                return Dictionary(text.pauses.map { ($0.processor, PauseRequest($0)) }) { $1 }
            } catch {
                throw error as? Fault ?? Fault(path, "not what Warren writes there")
            }
        }
    }

    /// Replaces the file. Returns when it would survive a power failure; throws why it would not, and then the old one counts.
    func write(_ pauses: [String: PauseRequest]) throws(Fault) {
        let text = PauseText(pauses: pauses.sorted { $0.key < $1.key }.map { PauseText.Entry($0, $1) })
        let bytes: [UInt8]
        do { bytes = try ControlJSON.encode(text) + [UInt8(ascii: "\n")] } catch { throw Fault(path, "\(error)") }
        try OwnFile.replace(path, with: bytes, in: directory)
    }
}

/// What stands in the file.
private struct PauseText: Codable {
    static let currentVersion = 1

    struct Entry: Codable {
        let processor: String
        let since: Timestamp
        let uid: UInt32?
        let user: String?
        let reason: String?

        init(_ processor: String, _ request: PauseRequest) {
            self.processor = processor
            since = request.at
            (uid, user, reason) = (request.uid, request.user, request.reason)
        }
    }

    var version = currentVersion
    let pauses: [Entry]
}

extension PauseRequest {
    fileprivate init(_ entry: PauseText.Entry) {
        self.init(at: entry.since, uid: entry.uid, user: entry.user, reason: entry.reason)
    }
}

extension OwnFile {
    /// Puts a new file in the place of the old one, and syncs both it and the directory. Throws why it could not; then the old one is there still,
    /// or it is the new one and only the directory may not be synced.
    fileprivate static func replace(_ path: String, with bytes: [UInt8], in directory: String) throws(PauseRecord.Fault) {
        let new = "\(path).new"
        // Of a process that ended in the midst of it, or somebody's link.
        unsafe unlink(new)
        let descriptor = unsafe Glibc.open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw PauseRecord.Fault(new, code: errno) }
        let code = writeAll(bytes, descriptor)
        close(descriptor)
        guard code == 0, unsafe rename(new, path) == 0 else {
            let fault = PauseRecord.Fault(path, code: code == 0 ? errno : code)
            unsafe unlink(new)
            throw fault
        }
        let parent = unsafe Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { throw PauseRecord.Fault(directory, code: errno) }
        defer { close(parent) }
        guard fsync(parent) == 0 else { throw PauseRecord.Fault(directory, code: errno) }
    }

    /// Writes and syncs; 0, or the kernel's number of what failed.
    private static func writeAll(_ bytes: [UInt8], _ descriptor: Int32) -> Int32 {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return errno }
            rest = rest.dropFirst(max(0, count))
        }
        return fsync(descriptor) == 0 ? 0 : errno
    }
}
