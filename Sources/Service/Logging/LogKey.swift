public import Logging

/// The names of facts in log lines: one list, so that they can be searched for.
public enum LogKey: String, Sendable {
    case processor, queue, session, endpoint, collection
    case documentKey = "document.key"
    case deliveryTag = "delivery.tag"
    case attempt, delay, keys, reason, error, documents, version, level, signal, path, loop
    case uid, pid, verb, result, group
    case acknowledgementFrames = "acknowledgement.frames"
    case heldBytes = "held.bytes"
    case afterSeconds = "after.seconds"
    case received, written, stale, conflated, parked, retried, returned, created, ready, messages, lost
    case run, missing, removed, clients, limit
}

extension Logger {
    /// Constant text, facts as metadata: `StaticString` makes interpolation impossible, so a line can be searched for by its text.
    public func log(
        _ level: Level, _ text: StaticString, _ facts: @autoclosure () -> KeyValuePairs<LogKey, any CustomStringConvertible> = [:]
    ) {
        guard level >= logLevel else { return }
        var metadata: Metadata = [:]
        for (key, value) in facts() { metadata[key.rawValue] = .string(value.description) }
        log(level: level, "\(text)", metadata: metadata)
    }
}
