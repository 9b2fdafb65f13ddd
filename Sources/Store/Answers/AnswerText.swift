internal import Formats
internal import Messages

/// Names in answers, as bytes.
enum AnswerName {
    static let key = Array("_key".utf8)
    static let revision = Array("_rev".utf8)
    static let oldRevision = Array("_oldRev".utf8)
    static let edges = Array("edges".utf8)
    static let error = Array("error".utf8)
    static let errorNum = Array("errorNum".utf8)
    static let errorMessage = Array("errorMessage".utf8)
    static let `true` = Array("true".utf8)
}

/// Reading values out of an answer's bytes.
extension [UInt8] {
    /// True if the bytes at `range` are `text`.
    func holds(_ text: [UInt8], at range: Range<Int>) -> Bool { holds(text.span, at: range) }

    /// True if the bytes at both ranges are the same.
    func holdsSame(at range: Range<Int>, as other: Range<Int>) -> Bool { holds(span.extracting(other), at: range) }

    private func holds(_ text: Span<UInt8>, at range: Range<Int>) -> Bool { span.extracting(range).hasSameBytes(as: text) }

    /// True if the text at `range` is a string of this key. Legal keys hold no character that JSON escapes.
    func holds(stringOf key: DocumentKey, at range: Range<Int>) -> Bool {
        range.count == key.text.utf8.count + 2 && self[range.lowerBound] == UInt8(ascii: "\"")
            && holds(key.text.utf8.span, at: range.dropFirst().dropLast())
    }

    /// True if the name at `range` (without its quotes) is `text`, however it is escaped.
    func isName(_ text: [UInt8], at range: Range<Int>) -> Bool {
        guard self[range].contains(UInt8(ascii: "\\")) else { return holds(text, at: range) }
        return string(at: range.lowerBound - 1..<range.upperBound + 1).map { $0.utf8.elementsEqual(text) } ?? false
    }

    /// The whole number at `range`: nothing but digits, below 2^64.
    func wholeNumber(at range: Range<Int>) -> UInt64? { JSONNumber.value(ofDigits: span.extracting(range)) }

    /// The text of the JSON string at `range`, quotes included; nil if it is none.
    func string(at range: Range<Int>) -> String? { JSONString.value(span.extracting(range)) }

    /// An errorMessage for logs and headers: one line, at most 500 characters.
    func faultText(at range: Range<Int>) -> String? {
        guard let text = string(at: range), !text.isEmpty else { return nil }
        return String(
            String.UnicodeScalarView(text.unicodeScalars.prefix(500).map { $0.properties.generalCategory == .control ? " " : $0 }))
    }
}
