public import Logging

/// The names of facts in log lines: one list, so that they can be searched for.
public enum LogKey: String, Sendable {
    case processor, queue, session, endpoint, collection
    case documentKey = "document.key"
    case deliveryTag = "delivery.tag"
    case messageID = "message.id"
    case attempt, delay, keys, reason, error, documents, version, level, signal, path, loop
    case uid, user, pid, verb, result, group, since
    case acknowledgementFrames = "acknowledgement.frames"
    case heldBytes = "held.bytes"
    case afterSeconds = "after.seconds"
    case received, written, stale, conflated, parked, retried, returned, created, ready, messages, lost
    case run, missing, removed, clients, limit
}

extension Logger {
    /// Constant text, facts as metadata: `StaticString` makes interpolation impossible, so a line can be searched for by its text.
    /// A fact whose text is empty is left out.
    public func log(
        _ level: Level, _ text: StaticString, _ facts: @autoclosure () -> KeyValuePairs<LogKey, any CustomStringConvertible> = [:]
    ) {
        guard level >= logLevel else { return }
        var metadata: Metadata = [:]
        for (key, value) in facts() {
            let text = value.description
            if !text.isEmpty { metadata[key.rawValue] = .string(text) }
        }
        log(level: level, "\(text)", metadata: metadata)
    }
}
