package import Store

/// The proof's table for people: verdict, assumption, what was done, what came back.
package struct ProofTable {
    /// Where standard output is no terminal.
    package static let usualWidth = 160
    /// Narrower than this, columns would hold two words a line.
    private static let narrow = 120
    private static let verdictWidth = 10, space = 2

    private let rows: [ProofRow]
    private let width: Int

    /// A table as wide as a terminal.
    package init(_ rows: [ProofRow], width: Int = Self.usualWidth) {
        self.rows = rows
        self.width = width
    }

    /// Columns with lines as long as they may be; on a narrow terminal what belongs to an assumption stands one below the other.
    package var lines: [String] { width < Self.narrow ? stacked : columns }

    /// How many of each verdict.
    package var sentence: String {
        func count(_ verdict: ProofRow.Verdict) -> Int { rows.count { $0.verdict == verdict } }
        return "\(rows.count) assumptions: \(count(.proven)) proven, \(count(.failed)) failed, \(count(.notProven)) not proven"
    }

    private var columns: [String] {
        let each = (width - Self.verdictWidth - 3 * Self.space) / 3
        let widths = [Self.verdictWidth, each, each, each]
        let cells = [["VERDICT", "ASSUMPTION", "DONE", "CAME BACK"]]
        return (cells + rows.map { [$0.verdict.words, "\($0.name): \($0.assumption)", $0.done, $0.answer] }).flatMap { cells in
            let parts = zip(cells, widths).map { Self.wrapped($0, $1) }
            return (0..<(parts.map(\.count).max() ?? 0)).map { number in
                zip(parts, widths).map { part, width in
                    let text = number < part.count ? part[number] : ""
                    return text + String(repeating: " ", count: width + Self.space - text.count)
                }.joined().trimmedAtEnd
            }
        }
    }

    private var stacked: [String] {
        rows.flatMap { row in
            ["\(row.verdict.words.padded(to: Self.verdictWidth))  \(TerminalText.escaped(row.name))"]
                + [("", row.assumption), ("done: ", row.done), ("came back: ", row.answer)].flatMap { heading, text in
                    Self.wrapped("\(heading)\(text)", max(20, width - 4)).map { "    \($0)" }
                }
        }
    }

    /// Lines of at most `width` characters, broken at spaces where there are some.
    static func wrapped(_ text: String, _ width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in TerminalText.escaped(text).split(separator: " ") {
            var word = word
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            while line.isEmpty, word.count > width {
                lines.append(String(word.prefix(width)))
                word = word.dropFirst(width)
            }
            line += (line.isEmpty ? "" : " ") + String(word)
        }
        return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
    }
}

extension ProofRow.Verdict {
    fileprivate var words: String {
        switch self {
        case .proven: "proven"
        case .failed: "FAILED"
        case .notProven: "not proven"
        }
    }
}

extension String {
    fileprivate var trimmedAtEnd: String { String(reversed().drop { $0 == " " }.reversed()) }

    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
