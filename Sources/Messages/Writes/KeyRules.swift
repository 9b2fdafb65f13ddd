/// What ArangoDB accepts as a document key (ArangoDB.md section 7).
package enum KeyRules {
    /// Why bytes are no key.
    package enum Fault: Error {
        case empty
        case tooLong(bytes: Int)
        case illegalByte(at: Int)

        /// For people, after "the document key at … ".
        package var words: String {
            switch self {
            case .empty: "is empty"
            case .tooLong(let bytes): "has \(bytes) bytes; ArangoDB takes at most \(longest)"
            case .illegalByte(let index):
                "holds a character at its byte \(index) that ArangoDB does not take; letters, digits and _-.@()+,=;$!*'%: are allowed"
            }
        }
    }

    /// Bytes of the longest key.
    package static let longest = 254

    /// The key that these bytes are.
    package static func key(_ bytes: ArraySlice<UInt8>) throws(Fault) -> DocumentKey {
        if bytes.isEmpty { throw .empty }
        if bytes.count > longest { throw .tooLong(bytes: bytes.count) }
        for index in bytes.indices where !isAllowed(bytes[index]) { throw .illegalByte(at: index - bytes.startIndex) }
        return DocumentKey(legal: String(decoding: bytes, as: UTF8.self))
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "@"), UInt8(ascii: "("), UInt8(ascii: ")"),
            UInt8(ascii: "+"), UInt8(ascii: ","), UInt8(ascii: "="), UInt8(ascii: ";"), UInt8(ascii: "$"), UInt8(ascii: "!"),
            UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "%"), UInt8(ascii: ":"):
            true
        default: false
        }
    }
}
