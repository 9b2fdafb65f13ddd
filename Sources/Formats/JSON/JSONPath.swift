/// The way from a text's root to one of its bytes, for messages to people: `/relations/3/type`.
///
/// Found by reading the text again from the start. Only refused messages pay for it, and only up to the fault, so all before it is known
/// to be JSON.
package struct JSONPath: CustomStringConvertible {
    /// Steps shown; the rest is left out.
    private static let longest = 8

    /// One open array or object.
    private enum Step {
        case element(Int)
        /// Where the current member's name is; `nil` if it was not read yet.
        case member(Int?)
    }

    /// As a pointer (RFC 6901), names shortened; empty: the root itself.
    package let description: String

    /// The way to the byte at `offset`.
    package init(to offset: Int, in text: Span<UInt8>) {
        var steps: [Step] = []
        var isName = false
        var index = 0
        while index < min(offset, text.count) {
            let start = index
            index += 1
            switch text[start] {
            case UInt8(ascii: "{"):
                steps.append(.member(nil))
                isName = true
            case UInt8(ascii: "["):
                steps.append(.element(0))
                isName = false
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                _ = steps.popLast()
            case UInt8(ascii: ","):
                guard let step = steps.popLast() else { continue }
                switch step {
                case .element(let index): steps.append(.element(index + 1))
                case .member: steps.append(.member(nil))
                }
                if case .member = step { isName = true } else { isName = false }
            case UInt8(ascii: ":"):
                isName = false
            case UInt8(ascii: "\""):
                guard let end = JSONString.checkedEnd(in: text, from: index), end <= offset else {
                    index = offset
                    continue
                }
                index = end
                if isName, case .member = steps.popLast() { steps.append(.member(start)) }
            default: continue
            }
        }
        var tokens = steps.prefix(Self.longest).map { step in
            switch step {
            case .element(let index): "/\(index)"
            case .member(let name): name.map { "/" + Self.token(LogSafeText.of(Self.name(at: $0, in: text))) } ?? ""
            }
        }
        if steps.count > Self.longest { tokens.append("/…") }
        description = tokens.joined()
    }

    /// The name whose opening quote is at `quote`.
    package static func name(at quote: Int, in text: Span<UInt8>) -> String {
        guard let end = JSONString.checkedEnd(in: text, from: quote + 1) else { return "" }
        return String(decoding: JSONString.unescaped(text.extracting(quote + 1..<end - 1)), as: UTF8.self)
    }

    /// A name as RFC 6901 section 3 writes it.
    private static func token(_ name: String) -> String { name.replacing("~", with: "~0").replacing("/", with: "~1") }
}
