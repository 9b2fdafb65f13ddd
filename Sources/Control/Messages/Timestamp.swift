public import FoundationEssentials

/// A moment, in JSON an RFC 3339 time in UTC with milliseconds.
public struct Timestamp: Sendable, Hashable, Comparable {
    /// The moment, as Foundation names it.
    public let date: Date

    /// The moment of a date.
    public init(_ date: Date) { self.date = date }

    /// Now.
    public static var now: Timestamp { Timestamp(Date()) }

    /// As RFC 3339 in UTC with milliseconds.
    public var text: String { date.formatted(Self.format) }

    /// How long ago it was, in seconds; 0 for what is to come.
    public func age(at now: Timestamp = .now) -> Double { max(0, now.date.timeIntervalSince(date)) }

    /// Earlier before later.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.date < right.date }
}

extension Timestamp: Codable {
    fileprivate static var format: Date.ISO8601FormatStyle { Date.ISO8601FormatStyle(includingFractionalSeconds: true) }

    /// Reads an RFC 3339 time with milliseconds.
    public init(from decoder: any Decoder) throws {
        date = try Self.format.parse(String(from: decoder))
    }

    /// Writes one.
    public func encode(to encoder: any Encoder) throws {
        try text.encode(to: encoder)
    }
}
