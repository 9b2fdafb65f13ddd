/// Reads TOML 1.0 (<https://toml.io/en/v1.0.0>) into a value that knows the line of each of its parts.
///
/// Written here because the parser at hand, toml++ by way of TOMLKit, ends the process on some malformed texts (`[1, }`), which a daemon that reloads
/// its configuration must survive, and reports no line numbers.
struct TOMLParser {
    private let file: String
    private var cursor: TOMLCursor
    /// Arrays and tables around the cursor, those included that a header or a dotted key makes.
    private var depth = 0

    /// Deeper nesting is refused: no configuration has it, and code that walks through the values is recursive.
    private static let maximumDepth = 64

    /// The document as a table; `file` is the name that locations in it carry.
    static func parse(_ text: String, file: String) throws(TOMLFault) -> ConfigurationValue {
        var parser = TOMLParser(file: file, cursor: TOMLCursor(text))
        return try parser.document()
    }

    private mutating func document() throws(TOMLFault) -> ConfigurationValue {
        let root = TOMLTable(.header, line: 1)
        var current = root
        while true {
            try cursor.skipBlankLines()
            guard let byte = cursor.peek() else { return root.value(file: file) }
            if byte == UInt8(ascii: "[") {
                current = try header(root)
            } else {
                try pair(in: current)
            }
            cursor.skipBlanks()
            try cursor.skipComment()
            guard cursor.peek() == nil || cursor.skipLineEnd() else { throw cursor.expected("the end of the line") }
        }
    }

    /// `[a.b]` or `[[a.b]]`.
    private mutating func header(_ root: TOMLTable) throws(TOMLFault) -> TOMLTable {
        let start = cursor
        let isArray = cursor.take("[[")
        if !isArray { cursor.advance() }
        depth = 0
        let path = try key()
        depth = path.count
        guard isArray ? cursor.take("]]") : cursor.take("]") else { throw cursor.expected(isArray ? "]]" : "]") }
        return try located(at: start) { () throws(TOMLTable.Conflict) in
            try root.table(header: path, isArray: isArray, line: start.line)
        }
    }

    /// `a.b = value`
    private mutating func pair(in table: TOMLTable) throws(TOMLFault) {
        cursor.skipBlanks()
        let start = cursor
        let path = try key()
        guard cursor.take("=") else { throw cursor.expected("= after the key") }
        cursor.skipBlanks()
        depth += path.count - 1
        let value = try value(line: start.line)
        depth -= path.count - 1
        try located(at: start) { () throws(TOMLTable.Conflict) in
            try table.set(path, to: value, line: start.line)
        }
    }

    /// The parts of a key, with the blanks around them: `a."b.c"` has two.
    private mutating func key() throws(TOMLFault) -> [String] {
        var names: [String] = []
        repeat {
            guard depth + names.count <= Self.maximumDepth else { throw tooDeep }
            cursor.skipBlanks()
            if cursor.isAtString {
                names.append(try cursor.singleLineString())
            } else {
                let name = cursor.take(while: \.isTOMLBareKey)
                guard !name.isEmpty else { throw cursor.expected("a key") }
                names.append(name)
            }
            cursor.skipBlanks()
        } while cursor.take(".")
        return names
    }

    /// A value; `line` is that of its key, which people look for.
    private mutating func value(line: Int) throws(TOMLFault) -> ConfigurationValue {
        let content: ConfigurationValue.Content
        switch cursor.peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): content = .string(try cursor.string())
        case UInt8(ascii: "["): content = .list(try array())
        case UInt8(ascii: "{"): content = try inlineTable()
        default: content = try scalar()
        }
        return ConfigurationValue(content: content, location: .file(file, line: line))
    }

    private mutating func scalar() throws(TOMLFault) -> ConfigurationValue.Content {
        let start = cursor
        var text = cursor.take(while: \.isInTOMLScalar)
        // A blank may separate a date from its time.
        if text.utf8.count == 10, cursor.peek() == UInt8(ascii: " "), let next = cursor.peek(1),
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(next)
        {
            cursor.advance()
            text += " " + cursor.take(while: \.isInTOMLScalar)
        }
        guard !text.isEmpty else { throw start.expected("a value") }
        guard let content = TOMLScalar.content(of: text) else {
            throw start.fault("expected a value: text is in quotes, and a number has at most 64 bits")
        }
        return content
    }

    private mutating func array() throws(TOMLFault) -> [ConfigurationValue] {
        try enter()
        cursor.advance()
        var values: [ConfigurationValue] = []
        while true {
            try cursor.skipBlankLines()
            if cursor.take("]") { break }
            values.append(try value(line: cursor.line))
            try cursor.skipBlankLines()
            if cursor.take(",") { continue }
            guard cursor.take("]") else { throw cursor.expected(", or ] in the list") }
            break
        }
        depth -= 1
        return values
    }

    /// `{ a = 1, b.c = 2 }`, on one line and without a comma at its end.
    private mutating func inlineTable() throws(TOMLFault) -> ConfigurationValue.Content {
        try enter()
        cursor.advance()
        let table = TOMLTable(.header, line: cursor.line)
        cursor.skipBlanks()
        if !cursor.take("}") {
            repeat {
                try pair(in: table)
                cursor.skipBlanks()
            } while cursor.take(",")
            guard cursor.take("}") else { throw cursor.expected(", or } on the same line") }
        }
        depth -= 1
        return table.value(file: file).content
    }

    private mutating func enter() throws(TOMLFault) {
        depth += 1
        if depth > Self.maximumDepth { throw tooDeep }
    }

    private var tooDeep: TOMLFault { cursor.fault("lists and tables are nested more than \(Self.maximumDepth) deep") }

    /// Adds the location to a conflict between keys.
    private func located<Value>(at start: TOMLCursor, _ body: () throws(TOMLTable.Conflict) -> Value) throws(TOMLFault) -> Value {
        do throws(TOMLTable.Conflict) {
            return try body()
        } catch {
            throw start.fault(error.problem)
        }
    }
}

extension UInt8 {
    /// What a value without quotes is made of.
    fileprivate var isInTOMLScalar: Bool { isTOMLBareKey || "+.:".utf8.contains(self) }
}

/// Why a text is not TOML 1.0 (<https://toml.io/en/v1.0.0>), and where.
struct TOMLFault: Error, Equatable {
    /// From 1.
    let line: Int
    /// In characters, from 1.
    let column: Int
    /// What is wrong. Of the text it holds one character or the names of keys, never a value: that may be a password.
    let problem: String
}
