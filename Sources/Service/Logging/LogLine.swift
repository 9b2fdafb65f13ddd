internal import ControlMessages
internal import Formats
internal import FoundationEssentials
internal import Glibc
internal import Logging

/// How a log line looks on its way to standard error.
public enum LogStyle: Sendable {
    /// `12:00:01.250 warning  Text  key=value`, for people at a terminal.
    case text
    /// One JSON object with `time`, `level`, `message` and the facts.
    case json
    /// `<4>Text key=value`: systemd reads the priority off the front of a line (sd-daemon(3)) and knows the time itself.
    case journal

    func line(_ level: Logger.Level, _ message: String, _ facts: Logger.Metadata, at time: Date) -> String {
        switch self {
        case .text:
            let clock = Timestamp(time).text.dropFirst(11).dropLast()
            let name = level.rawValue
            let padding = String(repeating: " ", count: max(0, 8 - name.count))
            return "\(clock) \(name)\(padding) \(message)\(Self.pairs(facts))\n"
        case .json:
            let members = facts.sorted { $0.key < $1.key }.map { ",\(JSONString.text($0.key)):\(JSONString.text("\($0.value)"))" }.joined()
            let clock = Timestamp(time).text
            return #"{"time":"\#(clock)","level":"\#(level.rawValue)","message":\#(JSONString.text(message))\#(members)}"# + "\n"
        case .journal:
            return "<\(level.journalPriority)>\(message)\(Self.pairs(facts))\n"
        }
    }

    /// Values with spaces or quotes are quoted; line breaks never reach the output, or one entry would look like two.
    static func pairs(_ facts: Logger.Metadata) -> String {
        facts.sorted { $0.key < $1.key }.map { key, value in
            let text = "\(value)"
            let isPlain = !text.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0.value != 0x7F }
            return "  \(key)=\(isPlain ? text : JSONString.text(text))"
        }.joined()
    }
}

extension Logger.Level {
    /// syslog(3) priority.
    var journalPriority: Int {
        switch self {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }
}
