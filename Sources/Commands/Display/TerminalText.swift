internal import ControlMessages

/// Text for a terminal: a screen as the bytes that it understands (ECMA-48), without cursor tricks; and foreign text, that it must not understand.
///
/// Names, keys, headers and errors come from messages, and so from any publisher. A character that would move the cursor, change the direction of
/// reading or stay invisible is shown as an escape here, and nowhere else.
package enum TerminalText {
    /// Another screen, without a cursor; ``leave`` gives the old one back.
    package static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    /// Back to what was there before.
    package static let leave = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

    /// Draws it from the top left corner on, and clears the rest. Without colours words still say the same, and the selected row is still reversed.
    package static func draw(_ screen: TopScreen, isColoured: Bool = true) -> String {
        let lines = screen.lines.map { line in line.map { text($0, isColoured: isColoured) }.joined() + "\u{1B}[K" }
        return "\u{1B}[H" + lines.joined(separator: "\r\n") + "\u{1B}[J"
    }

    /// Whether the user wants colours: `NO_COLOR`, with anything in it, says no (no-color.org).
    package static func wantsColours(_ environment: [String: String]) -> Bool { environment["NO_COLOR", default: ""].isEmpty }

    private static func text(_ span: TopScreen.Span, isColoured: Bool) -> String {
        let code =
            switch span.style {
            case .plain: ""
            case .faint: "2"
            case .bold: "1"
            case .good: isColoured ? "32" : ""
            case .bad: isColoured ? "1;31" : "1"
            case .warning: isColoured ? "33" : ""
            case .selected: "7"
            }
        return code.isEmpty ? span.text : "\u{1B}[\(code)m\(span.text)\u{1B}[0m"
    }
}

extension TerminalText {
    /// A line, with each character that is not for reading as `\u{202E}`: of the categories control (Cc), format (Cf), line (Zl) and paragraph
    /// separator (Zp). Escaping twice makes no difference.
    package static func escaped(_ text: String) -> String { escape(text, as: swiftEscape) }

    /// The same of several lines: their line feeds stay.
    package static func escapedLines(_ text: String) -> String { escape(text, besides: "\n", as: swiftEscape) }

    /// JSON text that means the same: there the escapes are JSON's own (RFC 8259 section 7), and line feeds, which may separate values, stay. Bytes
    /// that are not UTF-8 cannot be JSON; they are replaced.
    package static func escapedJSON(_ text: [UInt8]) -> [UInt8] {
        let escaped = escape(String(decoding: text, as: UTF8.self), besides: "\n") { scalar in
            String(scalar).utf16.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined()
        }
        return Array(escaped.utf8)
    }

    private static func swiftEscape(_ scalar: Unicode.Scalar) -> String { "\\u{\(String(scalar.value, radix: 16, uppercase: true))}" }

    private static func escape(_ text: String, besides kept: Unicode.Scalar? = nil, as escape: (Unicode.Scalar) -> String) -> String {
        guard !text.unicodeScalars.allSatisfy({ isForReading($0) || $0 == kept }) else { return text }
        var shown = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isForReading(scalar) || scalar == kept { shown.append(scalar) } else { shown += escape(scalar).unicodeScalars }
        }
        return String(shown)
    }

    private static func isForReading(_ scalar: Unicode.Scalar) -> Bool {
        // Most of what there is.
        if (0x20..<0x7F).contains(scalar.value) { return true }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}
