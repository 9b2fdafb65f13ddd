/// A pointer into a JSON document (RFC 6901); or, with `envelope = "cloudevents"`, an attribute of the event around it.
public struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    /// The reference tokens, unescaped. Empty: the whole document.
    @Exact public private(set) var tokens: [String]
    /// The name of the attribute, instead of a pointer into the document.
    @Exact public private(set) var attribute: String?

    /// The whole document.
    public init() {
        tokens = []
        attribute = nil
    }

    /// An attribute of an event; `nil` if none can have this name (CloudEvents 1.0.2, "Attribute Naming Convention").
    public init?(attribute name: String) {
        let isLegal =
            (1...64).contains(name.utf8.count) && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) }
        guard isLegal, name != "data" else { return nil }
        tokens = []
        attribute = name
    }

    /// It is the whole document.
    public var isWhole: Bool { tokens.isEmpty && attribute == nil }

    /// Parses `text`; nil if it is neither empty nor starting with `/`, or holds `~` not followed by 0 or 1 (RFC 6901 section 3).
    public init?(_ text: String) {
        guard text.isEmpty || text.utf8.first == UInt8(ascii: "/") else { return nil }
        var tokens: [String] = []
        // By bytes: a slash followed by a combining mark is one Character, but still a slash.
        for part in text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).dropFirst() {
            guard let token = Self.unescaped(Substring(part)) else { return nil }
            tokens.append(token)
        }
        self.tokens = tokens
        attribute = nil
    }

    /// The pointer as text, escaped again.
    public var description: String { attribute ?? path }

    private var path: String {
        tokens.map { token in
            var text = "/"
            for character in token.unicodeScalars {
                switch character {
                case "~": text += "~0"
                case "/": text += "~1"
                default: text.unicodeScalars.append(character)
                }
            }
            return text
        }.joined()
    }

    private static func unescaped(_ part: Substring) -> String? {
        var token = String.UnicodeScalarView()
        var scalars = part.unicodeScalars.makeIterator()
        while let scalar = scalars.next() {
            guard scalar == "~" else {
                token.append(scalar)
                continue
            }
            switch scalars.next() {
            case "0": token.append("~")
            case "1": token.append("/")
            default: return nil
            }
        }
        return String(token)
    }
}
