/// Why bytes are no JSON text that can be stored, and where.
package struct JSONFault: Error, Equatable {
    /// What is wrong.
    package enum Kind: UInt8 {
        /// Nothing but whitespace.
        case empty
        /// A byte order mark at the start (RFC 8259 section 8.1 lets a reader refuse it).
        case byteOrderMark
        /// The text ends within a value.
        case endOfText
        /// No value can start, or continue, with this byte.
        case unexpectedByte
        /// A number that is not written as RFC 8259 section 6 says: a leading zero, no digit after the point, …
        case badNumber
        /// A control character within a string that is not escaped.
        case controlCharacter
        /// A backslash followed by something that is no escape.
        case badEscape
        /// Half of a surrogate pair: no character, and no UTF-8 for it.
        case loneSurrogate
        /// Bytes that are not UTF-8 (Unicode 15.0, table 3-7).
        case badUTF8
        /// More levels than ``JSONScanner/depthLimit``.
        case tooDeep
        /// The same object had the name at this offset before.
        case duplicateName
        /// Something follows the value.
        case trailingText
    }

    /// What is wrong.
    package let kind: Kind
    /// Bytes before the fault.
    package let offset: Int

    /// A fault at `offset`.
    package init(_ kind: Kind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }
}
