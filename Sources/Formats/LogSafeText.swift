/// Names from a message as they may stand in a log line or a header: short, and without what could hide or forge a part of the line.
package enum LogSafeText {
    /// Characters shown.
    private static let longest = 60

    /// The name, shortened.
    package static func of(_ name: String) -> String {
        name.shortened(to: longest).unicodeScalars.map { isHidden($0) ? "\u{FFFD}" : String($0) }.joined()
    }

    private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }

    /// The name, shortened, within quotes.
    package static func quoted(_ name: String) -> String { "\"\(of(name))\"" }
}
