internal import TOMLKit

/// One TOML file, already read.
public struct ConfigurationSource: Sendable, Equatable {
    /// The file's name, as errors tell it.
    public let name: String
    /// Its text.
    public let text: String

    /// A file by its name and text.
    public init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// The file as a table. The parser stops at the first syntax error, so there is one at most.
    func parsed() throws(SettingsError) -> ConfigurationValue {
        if let line = lineOfNUL(in: text.utf8) { throw holdsNUL(line: line) }
        let table: TOMLTable
        do {
            table = try TOMLTable(string: text)
        } catch let error as TOMLParseError {
            throw SettingsError(
                place: .file(name, line: error.source.begin.line), key: nil, value: nil,
                problem: "not valid TOML: \(Self.withoutContent(error.description)) (column \(error.source.begin.column))")
        } catch {
            throw SettingsError(place: .file(name, line: nil), key: nil, value: nil, problem: "not valid TOML")
        }
        let locator = TOMLLocator(text)
        if let line = locator.lineOfNUL { throw holdsNUL(line: line) }
        return value(of: table, at: [], in: locator)
    }

    private func value(of node: any TOMLValueConvertible, at path: [TOMLLocator.Step], in locator: TOMLLocator) -> ConfigurationValue {
        let content: ConfigurationValue.Content
        if let table = node.table {
            // In the parser's table keys are sorted; ours keep the order of the file.
            let names = table.keys.sorted { left, right in
                order(path + [.key(left)], in: locator) < order(path + [.key(right)], in: locator)
            }
            content = .table(
                names.compactMap { name in
                    table[name].map { .init(name: name, value: value(of: $0, at: path + [.key(name)], in: locator)) }
                })
        } else if let array = node.array {
            content = .list(
                (0..<array.count).map { index in
                    value(of: array[index], at: path + [.index(index)], in: locator)
                })
        } else if let text = node.string {
            content = .string(text)
        } else if let number = node.int {
            content = .integer(number)
        } else if let number = node.double {
            content = .number(number)
        } else if let flag = node.bool {
            content = .flag(flag)
        } else {
            content = .moment(node.debugDescription)
        }
        return ConfigurationValue(content: content, place: .file(name, line: locator.positions[path]?.line))
    }

    private func order(_ path: [TOMLLocator.Step], in locator: TOMLLocator) -> Int {
        locator.positions[path]?.order ?? .max
    }

    private func lineOfNUL(in text: String.UTF8View) -> Int? {
        text.firstIndex(of: 0).map { end in text[..<end].count { $0 == UInt8(ascii: "\n") } + 1 }
    }

    private func holdsNUL(line: Int) -> SettingsError {
        SettingsError(place: .file(name, line: line), key: nil, value: nil, problem: "holds a NUL character, which no setting may have")
    }

    /// The parser's words without what it found in the text, which may be (a part of) a password that was not quoted. One character stays.
    private static func withoutContent(_ description: String) -> String {
        // What it says about redefinitions names keys only.
        if description.contains("redefine") { return description }
        let parts = description.split(separator: "'", omittingEmptySubsequences: false)
        return parts.enumerated().map { index, part in
            let isQuoted = !index.isMultiple(of: 2) && index < parts.count - 1
            let isHarmless = part.count <= 1 || part.first == "\\" || parts[max(index - 1, 0)].hasSuffix("expected ")
            return isQuoted && !isHarmless ? "…" : String(part)
        }.joined(separator: "'")
    }
}
