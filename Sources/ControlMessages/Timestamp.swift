internal import Formats
package import FoundationEssentials

/// A moment, in JSON an RFC 3339 time in UTC with milliseconds.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// The moment, as Foundation names it.
    package let date: Date

    /// The moment of a date.
    package init(_ date: Date) { self.date = date }

    /// The moment that an RFC 3339 time names; `nil` if the text is none, or it is before 1970.
    package init?(_ text: String) {
        guard let nanoseconds = try? InternetTime.nanoseconds(Array(text.utf8)[...]) else { return nil }
        // Apart, because a number of seconds with nanoseconds has more digits than a Double.
        let (seconds, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        date = Date(timeIntervalSince1970: Double(seconds) + Double(fraction) / 1e9)
    }

    /// Now.
    package static var now: Timestamp { Timestamp(Date()) }

    /// As RFC 3339 in UTC with milliseconds.
    package var text: String { String(decoding: InternetTime.text(milliseconds: since1970(in: 1000)), as: UTF8.self) }

    /// As RFC 3339 in UTC by the second.
    package var secondText: String { String(decoding: InternetTime.text(seconds: since1970(in: 1)), as: UTF8.self) }

    /// How long ago it was, in seconds; 0 for what is to come.
    package func age(at now: Timestamp = .now) -> Double { max(0, now.date.timeIntervalSince(date)) }

    /// Earlier before later.
    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.date < right.date }

    /// Whole units since 1970, so many of them a second. A whole number of milliseconds that became a `Date` comes back as that number.
    private func since1970(in unitsPerSecond: Double) -> UInt64 {
        let microseconds = (date.timeIntervalSince1970 * 1e6).rounded()
        return UInt64(min(max(0, microseconds), 1e18)) / UInt64(1e6 / unitsPerSecond)
    }
}

extension Timestamp: Codable {
    /// Reads an RFC 3339 time.
    package init(from decoder: any Decoder) throws {
        let text = try String(from: decoder)
        guard let time = Timestamp(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not an RFC 3339 time: \(text)"))
        }
        self = time
    }

    /// Writes one.
    package func encode(to encoder: any Encoder) throws {
        try text.encode(to: encoder)
    }
}
