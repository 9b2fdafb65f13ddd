internal import ControlMessages
internal import Logging
internal import Settings
internal import Synchronization

/// Which processors administrators have paused, by name, so that a pause outlives reloads and restarts. The one place that knows: what a consumer
/// takes, what an engine begins with and what status shows follows from it.
///
/// With a ``PauseRecord`` nothing changes here before it is on disk: what a verb has confirmed is what the next process finds.
final class ProcessorPauses: Sendable {
    private let list: Mutex<[String: Pause]>
    /// Held while the file is written, so that changes are written one after the other. Only threads that may block wait for it.
    private let writing = Mutex(())
    private let record: PauseRecord?

    /// Pauses that are there already; without a record they, and later ones, end with the process.
    init(_ pauses: [String: Pause] = [:], record: PauseRecord? = nil) {
        list = Mutex(pauses)
        self.record = record
    }

    /// Whether pauses outlive this process.
    var surviveRestart: Bool { record != nil }

    /// The pause of this processor; `nil` if it has none.
    subscript(name: String) -> Pause? { list.withLock { $0[name] } }

    /// All of them.
    var all: [String: Pause] { list.withLock { $0 } }

    /// Sets or removes a processor's pause, on disk first. Blocks until it is there. Throws why it is not; then nothing has changed.
    func set(_ pause: Pause?, of name: String) throws(PauseRecord.Fault) {
        try writing.withLock { _ throws(PauseRecord.Fault) in
            let before = all
            var next = before
            next[name] = pause
            let recorded = Self.recorded(next)
            if let record, recorded != Self.recorded(before) { try record.write(recorded) }
            list.withLock { $0[name] = pause }
        }
    }

    /// The drain that began so is over: the processor is paused, unless something else was asked for meanwhile. On disk a drain is a pause already.
    func finishDrain(_ begun: Pause, of name: String) -> Bool {
        list.withLock { list in
            guard list[name] == begun else { return false }
            list[name] = Pause(.paused, request: begun.request)
            return true
        }
    }

    /// Forgets those of processors that are not among these, and returns their names. On disk they stay until ``write()``.
    func keep(_ names: Set<String>) -> [String] {
        list.withLock { list in
            let dropped = list.keys.filter { !names.contains($0) }
            for name in dropped { list[name] = nil }
            return dropped.sorted()
        }
    }

    /// Writes them as they are. Blocks until they are on disk; throws why they are not.
    func write() throws(PauseRecord.Fault) {
        guard let record else { return }
        try writing.withLock { _ throws(PauseRecord.Fault) in try record.write(Self.recorded(all)) }
    }

    /// Those that outlive the process.
    private static func recorded(_ pauses: [String: Pause]) -> [String: PauseRequest] {
        pauses.mapValues(\.request).filter { $0.value.origin != .resynchronisation }
    }
}

extension ProcessorPauses {
    /// Those that the process before left in this directory; `nil`: there is none, and pauses end with this process.
    ///
    /// If they cannot be read, every processor is paused until somebody resumes it: a pause may protect a database that is being changed, and what
    /// is not taken stays in its queue.
    convenience init(in directory: String?, of settings: Settings, logger: Logger) {
        guard let directory else {
            self.init()
            return
        }
        let record = PauseRecord(directory: directory)
        var pauses: [String: Pause] = [:]
        do throws(PauseRecord.Fault) {
            pauses = try record.read().mapValues { Pause(recorded: $0) }
            for (name, pause) in pauses.sorted(by: { $0.key < $1.key }) {
                let request = pause.request
                logger.log(
                    .notice, "Processor stays paused",
                    [.processor: name, .since: request.at.secondText, .user: request.who, .reason: request.reason ?? "none given"])
            }
        } catch {
            logger.log(
                .error, "Cannot read which processors are paused, so all of them are; resume those that may take messages",
                [.error: error])
            let reason = "Warren cannot read which processors were paused (\(error))"
            for processor in settings.processors {
                pauses[processor.name] = Pause(.paused, request: PauseRequest(reason: reason, origin: .unreadableRecord))
            }
        }
        self.init(pauses, record: record)
    }
}
