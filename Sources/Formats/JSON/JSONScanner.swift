/// Checks that bytes are one JSON text (RFC 8259) and finds the values that a processor asks for, in one pass and without building anything.
///
/// Strict where the database would stumble: UTF-8 and surrogates must be right, names must not come twice in an object, depth is limited.
/// Keeps its storage from text to text.
package struct JSONScanner {
    /// Levels of arrays and objects.
    package static let depthLimit = 64

    /// Where the value of each node of the tree was found; `nil` if it was not.
    package private(set) var places: [JSONPlace?] = []
    private var names = DuplicateNameDetector()

    /// A scanner that has scanned nothing.
    package init() {}

    /// Scans the first `count` bytes of `bytes` as a whole text.
    package mutating func scan(_ bytes: [UInt8], count: Int, for tree: PointerTree) throws(JSONFault) {
        names.reset(bytes)
        // Else the last message's bytes would live until the next comes.
        defer { names.reset([]) }
        let text = bytes.span.extracting(first: count)
        places.removeAll(keepingCapacity: true)
        for _ in 0..<tree.count { places.append(nil) }
        let start = Self.afterSpace(in: text, from: 0)
        guard start < text.count else { throw JSONFault(.empty, at: 0) }
        if text.count >= 3, text[0] == 0xEF, text[1] == 0xBB, text[2] == 0xBF { throw JSONFault(.byteOrderMark, at: 0) }
        let end = try value(text[start], text, from: start, tree, PointerTree.root, depth: 0)
        places[PointerTree.root] = JSONPlace(name: -1, start: start, end: end)
        let rest = Self.afterSpace(in: text, from: end)
        guard rest == text.count else { throw JSONFault(.trailingText, at: rest) }
    }

    /// Finds the places of `tree` in one value of a text that was scanned before. Returns the offset after it.
    package mutating func rescan(_ bytes: [UInt8], from start: Int, for tree: PointerTree) -> Int {
        names.reset(bytes)
        defer { names.reset([]) }
        places.removeAll(keepingCapacity: true)
        for _ in 0..<tree.count { places.append(nil) }
        guard let end = try? value(bytes[start], bytes.span, from: start, tree, PointerTree.root, depth: 0) else {
            preconditionFailure("a part of a scanned text is right")
        }
        places[PointerTree.root] = JSONPlace(name: -1, start: start, end: end)
        return end
    }

    /// The offset of the first byte from `start` on that is no whitespace.
    @inline(__always) package static func afterSpace(in text: Span<UInt8>, from start: Int) -> Int {
        var offset = start
        _ = skipSpace(in: text, &offset)
        return offset
    }

    /// Goes to the first byte that is no whitespace, and returns it; zero behind the end.
    @inline(__always) private static func skipSpace(in text: Span<UInt8>, _ offset: inout Int) -> UInt8 {
        while true {
            let byte = text.byte(at: offset)
            // Most texts hold no whitespace between their values.
            if byte > UInt8(ascii: " ") { return byte }
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\t"): offset &+= 1
            default: return byte
            }
        }
    }

    /// Scans the value that starts at `start` with the byte `first`, and returns the offset after it.
    @inline(__always) private mutating func value(
        _ first: UInt8, _ text: Span<UInt8>, from start: Int, _ tree: PointerTree, _ node: PointerTree.Node?, depth: Int
    ) throws(JSONFault) -> Int {
        // Most values are strings.
        first == UInt8(ascii: "\"")
            ? try JSONString.end(in: text, from: start &+ 1) : try otherValue(first, text, from: start, tree, node, depth: depth)
    }

    private mutating func otherValue(
        _ first: UInt8, _ text: Span<UInt8>, from start: Int, _ tree: PointerTree, _ node: PointerTree.Node?, depth: Int
    ) throws(JSONFault) -> Int {
        switch first {
        case UInt8(ascii: "{"): return try object(text, from: start, tree, node, depth: depth &+ 1)
        case UInt8(ascii: "["): return try array(text, from: start, tree, node, depth: depth &+ 1)
        case UInt8(ascii: "t"): return try Self.word(["r", "u", "e"], in: text, at: start)
        case UInt8(ascii: "f"): return try Self.word(["a", "l", "s", "e"], in: text, at: start)
        case UInt8(ascii: "n"): return try Self.word(["u", "l", "l"], in: text, at: start)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try JSONNumber.end(in: text, from: start)
        default: throw Self.unexpected(text, at: start)
        }
    }

    private mutating func object(
        _ text: Span<UInt8>, from start: Int, _ tree: PointerTree, _ node: PointerTree.Node?, depth: Int
    ) throws(JSONFault) -> Int {
        guard depth <= Self.depthLimit else { throw JSONFault(.tooDeep, at: start) }
        var offset = start &+ 1
        if Self.skipSpace(in: text, &offset) == UInt8(ascii: "}") { return offset &+ 1 }
        var object = DuplicateNameDetector.Object()
        while true {
            let quote = offset
            let name = try name(text, from: quote, end: &offset)
            guard names.insert(name, into: &object) else { throw JSONFault(.duplicateName, at: quote) }
            guard Self.skipSpace(in: text, &offset) == UInt8(ascii: ":") else { throw Self.unexpected(text, at: offset) }
            offset &+= 1
            let first = Self.skipSpace(in: text, &offset)
            if let node, tree.mayHaveChild(node, hash: name.hash), let child = child(of: node, name, text, tree) {
                let valueStart = offset
                offset = try value(first, text, from: offset, tree, child, depth: depth)
                places[child] = JSONPlace(name: quote, start: valueStart, end: offset)
            } else {
                offset = try value(first, text, from: offset, tree, nil, depth: depth)
            }
            let mark = Self.skipSpace(in: text, &offset)
            if mark == UInt8(ascii: ",") {
                offset = Self.afterSpace(in: text, from: offset &+ 1)
            } else if mark == UInt8(ascii: "}") {
                break
            } else {
                throw Self.unexpected(text, at: offset)
            }
        }
        if let repeated = names.close(object) { throw JSONFault(.duplicateName, at: repeated) }
        return offset &+ 1
    }

    private mutating func array(
        _ text: Span<UInt8>, from start: Int, _ tree: PointerTree, _ node: PointerTree.Node?, depth: Int
    ) throws(JSONFault) -> Int {
        guard depth <= Self.depthLimit else { throw JSONFault(.tooDeep, at: start) }
        var offset = start &+ 1
        if Self.skipSpace(in: text, &offset) == UInt8(ascii: "]") { return offset &+ 1 }
        var index = 0
        while true {
            let first = text.byte(at: offset)
            if let node, let child = tree.child(of: node, index: index) {
                let valueStart = offset
                offset = try value(first, text, from: offset, tree, child, depth: depth)
                places[child] = JSONPlace(name: -1, start: valueStart, end: offset)
            } else {
                offset = try value(first, text, from: offset, tree, nil, depth: depth)
            }
            let mark = Self.skipSpace(in: text, &offset)
            if mark == UInt8(ascii: "]") { return offset &+ 1 }
            guard mark == UInt8(ascii: ",") else { throw Self.unexpected(text, at: offset) }
            offset = Self.afterSpace(in: text, from: offset &+ 1)
            index &+= 1
        }
    }

    /// Scans the name whose opening quote is at `quote`; `end` becomes the offset after its closing quote.
    @inline(__always) private mutating func name(_ text: Span<UInt8>, from quote: Int, end: inout Int) throws(JSONFault) -> OpenName {
        try Self.expect(UInt8(ascii: "\""), in: text, at: quote)
        let start = quote &+ 1
        let offset = PlainText.end(in: text, from: start)
        if text.byte(at: offset) == UInt8(ascii: "\"") {
            end = offset &+ 1
            let hash = OpenName.hash(of: text, from: start, to: offset)
            return OpenName(hash: hash, quote: quote, length: offset &- start)
        }
        // The rare name that is more than plain ASCII.
        end = try JSONString.end(in: text, from: offset)
        return names.unescaping(start..<end - 1)
    }

    private func child(of node: PointerTree.Node, _ name: OpenName, _ text: Span<UInt8>, _ tree: PointerTree) -> PointerTree.Node? {
        name.isEscaped
            ? tree.child(of: node, named: names.unescaped.span.extracting(names.unescapedRange(of: name)), hash: name.hash)
            : tree.child(of: node, named: text.extracting(name.range), hash: name.hash)
    }

    @inline(__always) private static func expect(_ byte: UInt8, in text: Span<UInt8>, at offset: Int) throws(JSONFault) {
        guard text.byte(at: offset) == byte else { throw unexpected(text, at: offset) }
    }

    private static func unexpected(_ text: Span<UInt8>, at offset: Int) -> JSONFault {
        offset < text.count ? JSONFault(.unexpectedByte, at: offset) : JSONFault(.endOfText, at: text.count)
    }

    /// Checks the rest of `true`, `false` or `null`, whose first letter is at `start`.
    private static func word<let count: Int>(
        _ rest: InlineArray<count, Unicode.Scalar>, in text: Span<UInt8>, at start: Int
    ) throws(JSONFault) -> Int {
        for letter in rest.indices { try expect(UInt8(ascii: rest[letter]), in: text, at: start + 1 + letter) }
        return start + 1 + count
    }
}

/// Where a value is in a text.
package struct JSONPlace: Equatable {
    /// The opening quote of the member's name; -1 for a value that is no member.
    package var name: Int
    /// The value's first byte.
    package var start: Int
    /// The offset after its last byte.
    package var end: Int

    /// A offset by its parts.
    @inlinable package init(name: Int, start: Int, end: Int) { (self.name, self.start, self.end) = (name, start, end) }
}
