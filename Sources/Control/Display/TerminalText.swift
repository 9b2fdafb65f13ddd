/// A screen as the bytes that a terminal understands (ECMA-48). No cursor tricks: each line is written over the one that was there.
public enum TerminalText {
    /// Another screen, without a cursor; ``leave`` gives the old one back.
    public static let enter = "\u{1B}[?1049h\u{1B}[?25l"
    /// Back to what was there before.
    public static let leave = "\u{1B}[0m\u{1B}[?25h\u{1B}[?1049l"

    /// Draws it from the top left corner on, and clears the rest.
    public static func draw(_ screen: TopScreen) -> String {
        "\u{1B}[H" + screen.lines.map { $0.map(text).joined() + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    }

    private static func text(_ span: TopScreen.Span) -> String {
        let code =
            switch span.style {
            case .plain: ""
            case .faint: "2"
            case .bold: "1"
            case .good: "32"
            case .bad: "1;31"
            case .warning: "33"
            case .selected: "7"
            }
        return code.isEmpty ? span.text : "\u{1B}[\(code)m\(span.text)\u{1B}[0m"
    }
}
