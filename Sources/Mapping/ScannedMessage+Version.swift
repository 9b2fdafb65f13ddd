import Settings

/// A message's version.
struct MessageVersion: Equatable {
    /// The number that versions are compared by.
    let number: UInt64
    /// True if the message has it as that number, not as a time.
    let isNumber: Bool
}

extension ScannedMessage {
    /// The version at `lookup`: a whole number, or a time that becomes nanoseconds since 1970.
    func version(at lookup: Recipe.Lookup) throws(Refusal) -> MessageVersion {
        guard let place = self[lookup.node] else { throw missing(lookup, .badVersion, "the version") }
        switch kind(place) {
        case .number:
            // ArangoDB holds whole numbers up to here; beyond, and with a fraction or exponent, they become doubles and lose digits.
            let digits = text(place)
            guard digits.allSatisfy(\.isDigit), let number = Int64(String(decoding: digits, as: UTF8.self)) else {
                throw Refusal(.badVersion, "the version at \(lookup.pointer) is not a whole number from 0 to \(Int64.max) in plain digits")
            }
            return MessageVersion(number: UInt64(number), isNumber: true)
        case .string:
            do {
                return MessageVersion(number: try InternetTime.nanoseconds(string(place)), isNumber: false)
            } catch {
                throw Refusal(.badVersion, "the version at \(lookup.pointer) \(error.words)")
            }
        case let kind:
            throw Refusal(
                .badVersion, "the version at \(lookup.pointer) is \(kind.rawValue); it must be a whole number or an RFC 3339 time")
        }
    }
}
