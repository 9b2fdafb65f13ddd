internal import Glibc
internal import Messages
internal import Pipeline
internal import Synchronization

/// What this process writes down of itself in the state directory, for the one after it.
///
/// It outlives the process, not the machine: nothing is synced. Written from the pipeline's thread and from those that start and stop it.
final class ProcessRecord: Sendable {
    /// Why the state directory is not writable.
    struct Fault: Sendable, Equatable, CustomStringConvertible {
        let directory: String
        let code: Int32

        var description: String { unsafe "\(directory): \(String(cString: strerror(code)))" }
    }

    private struct Writing {
        var state: LastProcess.State?
        var poisonRecords = PoisonRecords()
        var descriptor: Int32?
        var fault: Fault?
    }

    private let directory: String
    private let path: String
    private let endingPath: String
    private let invocation: String?
    private let writing = Mutex(Writing())

    /// The record in this directory. Nothing is written before ``begin()``.
    init(directory: String, invocation: String?) {
        self.directory = directory
        path = "\(directory)/suspect"
        endingPath = "\(directory)/ending"
        self.invocation = invocation
    }

    deinit { writing.withLock { if let descriptor = $0.descriptor { close(descriptor) } } }

    /// How to treat what the last process may have held, and how that one ended, if it is known. ``begin()`` overwrites what this reads.
    func judge() -> (caution: Caution, ending: ProcessEnding?) {
        let knowledge: Caution.Knowledge
        switch OwnFile.read(path, limit: RecordText.mostBytes) {
        case .missing: knowledge = .nothing
        case .foreign: knowledge = .unreadable
        case .bytes(let bytes): knowledge = RecordText.process(bytes).map { .process($0) } ?? .unreadable
        }
        var ending: ProcessEnding?
        if case .process(let last) = knowledge, case .bytes(let bytes) = OwnFile.read(endingPath, limit: RecordText.mostBytes) {
            ending = RecordText.ending(bytes).flatMap { $0.invocation == last.invocation ? $0 : nil }
        }
        let caution = Caution(after: knowledge, ending: ending)
        writing.withLock { $0.poisonRecords.records = caution.named.map { PoisonRecord(fingerprint: $0, stage: .before, processes: $1) } }
        return (caution, ending)
    }

    /// This process consumes. Before that the record is its predecessor's: one that cannot start has held nothing.
    ///
    /// Returns why the record cannot be written, which costs the memory, not the service; `nil` if it can.
    func begin() -> Fault? {
        writing.withLock { writing in
            guard writing.state == nil else { return writing.fault }
            writing.descriptor = OwnFile.open(toWrite: path, limit: RecordText.mostBytes)
            let code = errno
            writing.state = .running
            if writing.descriptor == nil {
                writing.fault = Fault(directory: directory, code: code)
            } else if !write(writing) {
                writing.fault = Fault(directory: directory, code: errno)
            }
            // It was about the process before; this one's own replaces it. Last: until here the record is still the one it belongs to.
            unsafe unlink(endingPath)
            return writing.fault
        }
    }

    /// Which messages may end this process.
    func note(_ poisonRecords: PoisonRecords) {
        writing.withLock { writing in
            guard writing.state == .running || writing.state == .stopping else { return }
            writing.poisonRecords = poisonRecords
            _ = write(writing)
        }
    }

    /// It was asked to stop: from now on a kill is about the process, not about a message.
    func beginStop() { move(to: .stopping) }

    /// It has stopped in order.
    func end() { move(to: .stopped) }

    private func move(to state: LastProcess.State) {
        writing.withLock { writing in
            guard writing.state != nil else { return }
            writing.state = state
            if state == .stopped { writing.poisonRecords = PoisonRecords() }
            _ = write(writing)
        }
    }

    /// False: see errno.
    private func write(_ writing: Writing) -> Bool {
        guard let descriptor = writing.descriptor, let state = writing.state else { return true }
        let process = LastProcess(state: state, invocation: invocation, poisonRecords: writing.poisonRecords)
        let bytes = Array(RecordText.text(process).utf8)
        return unsafe pwrite(descriptor, bytes, bytes.count, 0) == bytes.count
    }
}

/// Where the service may keep what outlives a process (systemd.exec(5), `STATE_DIRECTORY`).
public enum StateDirectory {
    /// Why nothing can be written there; `nil` if nothing prevents it.
    public static func fault(_ path: String) -> String? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return reason(path, errno) }
        guard status.st_mode & S_IFMT == S_IFDIR else { return reason(path, ENOTDIR) }
        return unsafe access(path, W_OK | X_OK) == 0 ? nil : reason(path, errno)
    }

    private static func reason(_ path: String, _ code: Int32) -> String { "\(ProcessRecord.Fault(directory: path, code: code))" }
}
