@testable import ArangoEmulator

/// What can be said of a value that a server makes up.
enum Shape: Equatable {
    /// `_l6zhVTW---`
    case revision
    /// The same in quotes, as in an etag.
    case quotedRevision
    /// `h5C3DDE5391BF/70288`
    case globallyUniqueID
    /// Digits, after a part that is not made up (`products/`, `idx_`).
    case digits(after: String)
    case text, number, bool, null, array, object

    init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .number: self = .number
        case .array: self = .array
        case .object: self = .object
        case .string(let text): self.init(text)
        }
    }

    init(_ text: String) {
        let prefix = String(text.reversed().drop { ("0"..."9").contains($0) }.reversed())
        if Self.isRevision(text) {
            self = .revision
        } else if text.hasPrefix("\""), text.hasSuffix("\""), Self.isRevision(text.dropFirst().dropLast()) {
            self = .quotedRevision
        } else if text.wholeMatch(of: /h[0-9A-F]{12}\/[0-9]+/) != nil {
            self = .globallyUniqueID
        } else if prefix.utf8.count < text.utf8.count, prefix.isEmpty || prefix.hasSuffix("/") || prefix.hasSuffix("idx_") {
            self = .digits(after: prefix)
        } else {
            self = .text
        }
    }

    /// `_` and ten characters of `-_A-Za-z0-9` (ArangoDB.md section 7).
    private static func isRevision(_ text: some StringProtocol) -> Bool {
        text.utf8.count == 11 && text.hasPrefix("_")
            && text.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return byte < 128 && (character.isLetter || character.isNumber || character == "-" || character == "_")
            }
    }
}
