/// A table in Markdown, so that it can be read in a terminal and copied into a README.
public struct MarkdownTable: Sendable {
    private var rows: [[String]]

    /// A table with these columns. The first is of words, the others of numbers.
    public init(_ columns: String...) { rows = [columns] }

    /// One more row, as wide as the others.
    public mutating func add(_ cells: String...) {
        precondition(cells.count == rows[0].count, "every column has a value")
        rows.append(cells)
    }

    /// Its lines.
    public var lines: [String] {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        var lines = rows.map { row in
            "| " + zip(row, widths).enumerated().map { Self.padded($1.0, $1.1, isText: $0 == 0) }.joined(separator: " | ") + " |"
        }
        let rule = widths.enumerated().map {
            $0 == 0 ? String(repeating: "-", count: $1) : String(repeating: "-", count: max(1, $1 - 1)) + ":"
        }
        lines.insert("| " + rule.joined(separator: " | ") + " |", at: 1)
        return lines
    }

    private static func padded(_ text: String, _ width: Int, isText: Bool) -> String {
        let space = String(repeating: " ", count: width - text.count)
        return isText ? text + space : space + text
    }
}
