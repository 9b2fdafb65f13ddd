/// A JSON value as a tree, with the text it was written in. Made for the tests only, and on purpose in another way than the scanner: by
/// recursive descent over decoded Unicode scalars, building everything.
package indirect enum ReferenceJSON: Equatable {
    case object([Member])
    case array([ReferenceJSON])
    /// The text between the quotes, escapes as written.
    case string(String.UnicodeScalarView)
    /// The text of a number or of a literal.
    case plain(String)

    package struct Member: Equatable {
        /// As written, escapes included.
        package let written: String.UnicodeScalarView
        package let value: ReferenceJSON

        package init(written: String.UnicodeScalarView, value: ReferenceJSON) { (self.written, self.value) = (written, value) }

        package static func == (left: Member, right: Member) -> Bool {
            left.written.elementsEqual(right.written) && left.value == right.value
        }
    }

    package static func == (left: ReferenceJSON, right: ReferenceJSON) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)): left == right
        case (.array(let left), .array(let right)): left == right
        // Not String's own equality, which holds é and e + ´ for the same.
        case (.string(let left), .string(let right)): left.elementsEqual(right)
        case (.plain(let left), .plain(let right)): left == right
        default: false
        }
    }

    /// The tree of a text; nil if it is no JSON, names come twice in an object, or it is deeper than 64 levels.
    package init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self) else { return nil }
        var parser = ReferenceParser(scalars: Array(text.unicodeScalars))
        guard let value = parser.document() else { return nil }
        self = value
    }

    /// The text, without whitespace.
    package var text: String {
        switch self {
        case .object(let members): "{" + members.map { "\"\(String($0.written))\":\($0.value.text)" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .string(let written): "\"\(String(written))\""
        case .plain(let text): text
        }
    }

    /// What text between quotes means, in UTF-8.
    package static func meaning(_ written: String.UnicodeScalarView) -> [UInt8]? {
        var units: [UInt16] = []
        var rest = Array(written)[...]
        while let scalar = rest.popFirst() {
            guard scalar == "\\" else {
                units += UTF16.encode(scalar).map(Array.init) ?? []
                continue
            }
            guard let escape = rest.popFirst() else { return nil }
            if escape == "u" {
                let digits = String(String.UnicodeScalarView(rest.prefix(4)))
                guard rest.count >= 4, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }), let unit = UInt16(digits, radix: 16) else {
                    return nil
                }
                units.append(unit)
                rest = rest.dropFirst(4)
            } else {
                let meanings: [Unicode.Scalar: UInt16] = [
                    "\"": 0x22, "\\": 0x5C, "/": 0x2F, "b": 8, "f": 12, "n": 10, "r": 13, "t": 9,
                ]
                guard let unit = meanings[escape] else { return nil }
                units.append(unit)
            }
        }
        return String(validating: units, as: UTF16.self).map { Array($0.utf8) }
    }
}

/// Reads scalars from the front.
private struct ReferenceParser {
    let scalars: [Unicode.Scalar]
    var index = 0

    mutating func document() -> ReferenceJSON? {
        guard let value = value(depth: 0) else { return nil }
        skipSpace()
        return index == scalars.count ? value : nil
    }

    private mutating func value(depth: Int) -> ReferenceJSON? {
        skipSpace()
        guard index < scalars.count else { return nil }
        switch scalars[index] {
        case "{": return object(depth: depth + 1)
        case "[": return array(depth: depth + 1)
        case "\"": return quoted().map { .string($0) }
        default: return plain()
        }
    }

    private mutating func object(depth: Int) -> ReferenceJSON? {
        var members: [ReferenceJSON.Member] = []
        var names: Set<[UInt8]> = []
        guard depth <= 64, take("{") else { return nil }
        if take("}") { return .object([]) }
        repeat {
            skipSpace()
            guard let name = quoted(), let meaning = ReferenceJSON.meaning(name), names.insert(meaning).inserted, take(":"),
                let value = value(depth: depth)
            else { return nil }
            members.append(ReferenceJSON.Member(written: name, value: value))
        } while take(",")
        return take("}") ? .object(members) : nil
    }

    private mutating func array(depth: Int) -> ReferenceJSON? {
        var elements: [ReferenceJSON] = []
        guard depth <= 64, take("[") else { return nil }
        if take("]") { return .array([]) }
        repeat {
            guard let value = value(depth: depth) else { return nil }
            elements.append(value)
        } while take(",")
        return take("]") ? .array(elements) : nil
    }

    private mutating func quoted() -> String.UnicodeScalarView? {
        guard index < scalars.count, scalars[index] == "\"" else { return nil }
        index += 1
        var written = String.UnicodeScalarView()
        while index < scalars.count, scalars[index] != "\"" {
            guard scalars[index].value >= 0x20 else { return nil }
            let length = scalars[index] == "\\" ? 2 : 1
            guard index + length <= scalars.count else { return nil }
            written.append(contentsOf: scalars[index..<index + length])
            index += length
        }
        guard index < scalars.count, ReferenceJSON.meaning(written) != nil else { return nil }
        index += 1
        return written
    }

    private mutating func plain() -> ReferenceJSON? {
        let start = index
        while index < scalars.count, scalars[index].isASCII, "+-.".unicodeScalars.contains(scalars[index]) || isAlphanumeric(scalars[index])
        {
            index += 1
        }
        let text = String(String.UnicodeScalarView(scalars[start..<index]))
        let isNumber = text.wholeMatch(of: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/) != nil
        return isNumber || ["true", "false", "null"].contains(text) ? .plain(text) : nil
    }

    private func isAlphanumeric(_ scalar: Unicode.Scalar) -> Bool {
        ("0"..."9").contains(scalar) || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard index < scalars.count, scalars[index] == scalar else { return false }
        index += 1
        return true
    }

    private mutating func skipSpace() {
        while index < scalars.count, [" ", "\n", "\r", "\t"].contains(scalars[index]) { index += 1 }
    }
}
