/// What a value may be: of JSON Schema 2020-12 as much as messages of the control interface need. Requests are checked against it, and the OpenAPI
/// description shows it.
package indirect enum Schema: Sendable, Equatable {
    case boolean
    /// A whole number; a bound that is `nil` is open.
    case integer(from: Int? = nil, through: Int? = nil)
    /// Any number.
    case number
    /// Any text.
    case text
    /// Text of one byte at least.
    case name
    /// One of several words.
    case choice([String])
    /// An RFC 3339 time in UTC.
    case time
    /// Bytes in Base64 (RFC 4648 section 4).
    case base64
    case list(Schema)
    case message(MessageSchema)

    /// What it must be, to follow "must be".
    package var demand: String {
        switch self {
        case .boolean: "true or false"
        case .integer(nil, nil): "a whole number"
        case .integer(let least?, nil): "a whole number of \(least) or more"
        case .integer(nil, let most?): "a whole number of \(most) or less"
        case .integer(let least?, let most?): "a whole number from \(least) to \(most)"
        case .number: "a number"
        case .text: "a string"
        case .name: "a string that is not empty"
        case .choice(let words): words.count == 1 ? words[0] : "one of \(words.joined(separator: ", "))"
        case .time: "an RFC 3339 time"
        case .base64: "a string in Base64"
        case .list: "an array"
        case .message: "an object"
        }
    }

    /// Whether a text from a query is such a value.
    package func takes(text: String) -> Bool {
        switch self {
        case .boolean: text == "true" || text == "false"
        case .integer: isWhole(text)
        case .name: !text.isEmpty
        case .choice(let words): words.contains(text)
        case .text, .base64: true
        case .number, .time, .list, .message: false
        }
    }

    /// Whether a value in a body is such a one.
    package func takes(_ value: JSONValue) -> Bool {
        switch (self, value) {
        case (.boolean, .boolean), (.number, .number): true
        case (.integer, .number(let digits)): isWhole(digits)
        case (.text, .string(let text)), (.name, .string(let text)), (.choice, .string(let text)), (.base64, .string(let text)):
            takes(text: text)
        default: false
        }
    }

    /// Digits without a sign but minus, without zeros before them, and within the bounds.
    private func isWhole(_ text: String) -> Bool {
        guard case .integer(let least, let most) = self, let value = Int(text), "\(value)" == text else { return false }
        return value >= least ?? .min && value <= most ?? .max
    }
}
