/// Finds where the keys of a TOML text stand, because the parser tells values without their lines.
///
/// It is for texts that the parser has accepted: it knows the shapes of TOML 1.0 (tables, arrays of tables, dotted and quoted keys, inline
/// tables, strings and arrays over several lines) and none of its rules. On any other text it ends too, with fewer positions.
struct TOMLLocator {
    /// One step from the top of the document to a value.
    enum Step: Hashable {
        case key(String)
        case index(Int)
    }

    /// Where a key or an element first stands.
    struct Position: Equatable {
        /// From 1.
        let line: Int
        /// Rises from the top of the text to its end: keys on one line have an order too.
        let order: Int
    }

    /// Positions by path.
    private(set) var positions: [[Step]: Position] = [:]
    /// The first line with an escaped NUL in a string: the parser's C interface silently cuts the string there.
    var lineOfNUL: Int? { cursor.lineOfNUL }

    private var cursor: TOMLCursor
    /// How many tables the arrays of tables have so far.
    private var tableCounts: [[Step]: Int] = [:]

    /// Scans `text`.
    init(_ text: String) {
        cursor = TOMLCursor(text)
        var table: [Step] = []
        while cursor.skipBlank() {
            let start = cursor.offset
            if cursor.peek() == UInt8(ascii: "[") {
                table = header()
            } else {
                pair(in: table)
            }
            if cursor.offset == start { cursor.advance() }
        }
    }

    /// `[a.b]` or `[[a.b]]`: the path that the following keys belong to.
    private mutating func header() -> [Step] {
        let line = cursor.line
        cursor.advance()
        let isArray = cursor.take("[")
        let names = cursor.dottedKey()
        _ = cursor.take("]")
        if isArray { _ = cursor.take("]") }
        var path: [Step] = []
        for (index, name) in names.enumerated() {
            path.append(.key(name))
            record(path, line: line)
            if isArray && index == names.count - 1 { tableCounts[path, default: 0] += 1 }
            // A name that stands for an array of tables means its newest table.
            if let count = tableCounts[path] {
                path.append(.index(count - 1))
                record(path, line: line)
            }
        }
        return path
    }

    private mutating func pair(in table: [Step]) {
        let line = cursor.line
        var path = table
        for name in cursor.dottedKey() {
            path.append(.key(name))
            record(path, line: line)
        }
        if cursor.take("=") { value(at: path) }
    }

    private mutating func value(at path: [Step]) {
        cursor.skip { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        switch cursor.peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
            _ = cursor.string()
        case UInt8(ascii: "["):
            items(until: "]") { locator, index in
                let element = path + [.index(index)]
                locator.record(element, line: locator.cursor.line)
                locator.value(at: element)
            }
        case UInt8(ascii: "{"):
            items(until: "}") { locator, _ in locator.pair(in: path) }
        default:
            cursor.skip { !",]}#\n".utf8.contains($0) }
        }
    }

    /// Comma-separated items up to the closing bracket.
    private mutating func items(until end: Unicode.Scalar, _ item: (inout TOMLLocator, Int) -> Void) {
        cursor.advance()
        var index = 0
        while cursor.skipBlank(), !cursor.take(end) {
            let start = cursor.offset
            item(&self, index)
            _ = cursor.skipBlank()
            _ = cursor.take(",")
            index += 1
            if cursor.offset == start { return }
        }
    }

    private mutating func record(_ path: [Step], line: Int) {
        if positions[path] == nil { positions[path] = Position(line: line, order: positions.count) }
    }
}
