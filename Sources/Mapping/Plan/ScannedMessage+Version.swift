internal import Formats
internal import Messages
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
    func version(at lookup: MappingPlan.Lookup) throws(Refusal) -> MessageVersion {
        guard let place = self[lookup.node] else { throw missing(lookup, .badVersion, "the version") }
        switch kind(place) {
        case .number:
            // ArangoDB holds whole numbers up to here; beyond, and with a fraction or exponent, they become doubles and lose digits.
            guard let number = wholeNumber(place) else {
                throw Refusal(.badVersion, "the version at \(lookup.pointer) is not a whole number from 0 to \(Int64.max) in plain digits")
            }
            return MessageVersion(number: number, isNumber: true)
        // Attributes of an event may come as text whatever they are.
        case .string where lookup.pointer.attribute != nil && !string(place).isEmpty && string(place).allSatisfy(\.isDigit):
            guard let number = wholeNumber(JSONPlace(name: -1, start: place.start + 1, end: place.end - 1)) else {
                throw Refusal(.badVersion, "the version at \(lookup.pointer) is not a whole number from 0 to \(Int64.max)")
            }
            return MessageVersion(number: number, isNumber: false)
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

    /// Nothing but digits, up to 2^63 - 1.
    private func wholeNumber(_ place: JSONPlace) -> UInt64? {
        JSONNumber.value(ofDigits: bytes.span.extracting(place.start..<place.end)).flatMap { $0 <= Int64.max ? $0 : nil }
    }
}

extension InternetTime.Fault {
    /// For people, after "the version at … ".
    var words: String {
        switch self {
        case .notATime: "is text, but no RFC 3339 time like 2024-05-06T07:08:09.123Z"
        case .tooFine: "is a time with more than nine digits of a second; versions are compared in nanoseconds"
        case .outOfRange: "is a time before 1970 or after 2262-04-11; versions are nanoseconds from 1970 in 63 bits"
        }
    }
}
