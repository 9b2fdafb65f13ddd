internal import Logging

/// One entry in the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): fields in order, as bytes.
struct JournalEntry: Equatable, Sendable {
    /// What is sent.
    private(set) var bytes: [UInt8] = []

    /// The fields of a log line. MESSAGE is what people read: the text with its facts; each fact is a field as well, to be searched for.
    init(_ level: Logger.Level, _ text: String, _ facts: Logger.Metadata) {
        add("MESSAGE", text + LogStyle.pairs(facts))
        add("PRIORITY", "\(level.journalPriority)")
        add("SYSLOG_IDENTIFIER", "warren")
        for (key, value) in facts.sorted(by: { $0.key < $1.key }) { add(Self.fieldName(key), "\(value)") }
    }

    /// `NAME=value` and a newline; a value that contains newlines is preceded by its length instead.
    private mutating func add(_ name: String, _ value: String) {
        var value = value
        bytes += name.utf8
        value.withUTF8 { value in
            let isBinary = unsafe value.contains(UInt8(ascii: "\n"))
            bytes.append(UInt8(ascii: isBinary ? "\n" : "="))
            if isBinary { unsafe withUnsafeBytes(of: UInt64(value.count).littleEndian) { unsafe bytes += $0 } }
            unsafe bytes += value
        }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The field of a fact: `WARREN_` and the name of its ``LogKey``, in the journal's alphabet; `document.key` is WARREN_KEY.
    static func fieldName(_ key: String) -> String {
        guard key != LogKey.documentKey.rawValue else { return "WARREN_KEY" }
        let letters = key.utf8.map { byte -> Character in
            let character = Character(UnicodeScalar(byte))
            return byte < 0x80 && (character.isLetter || character.isNumber) ? Character(character.uppercased()) : "_"
        }
        return "WARREN_" + String(letters.prefix(longestName - 7))
    }

    /// journald drops a field with a longer name.
    private static let longestName = 64
}
