internal import ControlMessages

/// Text in columns that are as wide as they need to be.
package struct TextTable {
    /// How a column's text is aligned.
    package enum Alignment: Sendable { case left, right }

    private let alignments: [Alignment]
    private var rows: [[String]] = []

    /// A table of columns; an empty heading in all of them leaves the heading out.
    package init(_ columns: [(heading: String, alignment: Alignment)]) {
        alignments = columns.map(\.alignment)
        if columns.contains(where: { !$0.heading.isEmpty }) { rows.append(columns.map(\.heading)) }
    }

    /// Adds a row; it has as many cells as there are columns.
    package mutating func append(_ cells: [String]) { rows.append(cells.map(TerminalText.escaped)) }

    /// One for each row, two spaces between columns, no space at the end.
    package var lines: [String] {
        let widths = alignments.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.enumerated().map { column, text in
                let padding = String(repeating: " ", count: widths[column] - text.count)
                return alignments[column] == .left ? text + padding : padding + text
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }
}
