internal import Formats
internal import Messages

extension Refusal {
    /// The refusal of a text that is no JSON, or none that can be stored: says where, in bytes and by the names on the way.
    init(_ fault: JSONFault, in text: MessageText) {
        if case .empty = fault.kind {
            self.init(.notJSON, fault.kind.words)
            return
        }
        let path = JSONPath(to: fault.offset, in: text.bytes.span.extracting(first: text.count))
        let place = path.description.isEmpty ? "at byte \(fault.offset)" : "at byte \(fault.offset), in \(path)"
        if case .duplicateName = fault.kind {
            let name = JSONPath.name(at: fault.offset, in: text.bytes.span.extracting(first: text.count))
            self.init(.duplicateName, "attribute name \(LogSafeText.quoted(name)) comes twice in one object, the second time \(place)")
        } else {
            self.init(.notJSON, "\(fault.kind.words) \(place)")
        }
    }
}

extension JSONFault.Kind {
    /// For people, before "at byte …".
    fileprivate var words: String {
        switch self {
        case .empty: "the body is empty, or whitespace only"
        case .byteOrderMark: "a byte order mark, which JSON does not have,"
        case .endOfText: "the text ends too early,"
        case .unexpectedByte: "a byte that JSON does not have here,"
        case .badNumber: "a number that is not written as JSON numbers are,"
        case .controlCharacter: "a control character that is not escaped,"
        case .badEscape: "a backslash without one of JSON's escapes,"
        case .loneSurrogate: "half of a surrogate pair (an escape of U+D800 to U+DFFF without its other half)"
        case .badUTF8: "bytes that are not UTF-8,"
        case .tooDeep: "more than \(JSONScanner.depthLimit) levels of arrays and objects,"
        case .duplicateName: "an attribute name that comes twice,"
        case .trailingText: "something after the end of the JSON text,"
        }
    }
}
