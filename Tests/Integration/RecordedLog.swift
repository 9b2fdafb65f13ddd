import Logging
import Synchronization

/// A value that several threads change.
final class Box<Value: Sendable>: Sendable {
    private let content: Mutex<Value>

    init(_ value: Value) { content = Mutex(value) }

    var value: Value { content.withLock { $0 } }

    func update(_ change: (inout Value) -> Void) { content.withLock { change(&$0) } }
}

/// Keeps log lines for tests to look at.
final class RecordedLog: Sendable {
    struct Line: Sendable {
        let time: ContinuousClock.Instant
        let level: Logger.Level
        let message: String
        let facts: Logger.Metadata
    }

    private let kept = Box<[Line]>([])

    var lines: [Line] { kept.value }
    var messages: [String] { lines.map(\.message) }

    var logger: Logger { Logger(label: "test") { _ in Handler(kept: self.kept) } }

    private struct Handler: LogHandler {
        let kept: Box<[Line]>
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let line = Line(time: .now, level: event.level, message: "\(event.message)", facts: event.metadata ?? [:])
            kept.update { $0.append(line) }
        }
    }
}
