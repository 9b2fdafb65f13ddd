/// Names from a message as they may stand in a log line or a header: short, and without control characters.
enum Excerpt {
    /// Characters shown.
    private static let longest = 60

    /// The name, shortened.
    static func of(_ name: String) -> String {
        let shown = name.unicodeScalars.prefix(longest).map { scalar in
            scalar.properties.generalCategory == .control ? "\u{FFFD}" : String(scalar)
        }
        return shown.joined() + (name.unicodeScalars.dropFirst(longest).isEmpty ? "" : "…")
    }

    /// The name, shortened, within quotes.
    static func quoted(_ name: String) -> String { "\"\(of(name))\"" }
}
