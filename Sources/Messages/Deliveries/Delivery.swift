internal import Settings

/// A delivery's number on its channel (AMQP 0-9-1, 1.1 "delivery-tag"): from 1, rising by one, dying with the channel.
public struct DeliveryTag: RawRepresentable, Hashable, Comparable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
    /// The number on the wire.
    public let rawValue: UInt64

    /// Wraps the number on the wire.
    public init(rawValue: UInt64) { self.rawValue = rawValue }
    /// Wraps a literal, for tests.
    public init(integerLiteral value: UInt64) { rawValue = value }

    /// The tag of the delivery that follows on the channel.
    public var next: DeliveryTag { DeliveryTag(rawValue: rawValue + 1) }
    /// The number.
    public var description: String { "\(rawValue)" }
    /// By number.
    public static func < (left: DeliveryTag, right: DeliveryTag) -> Bool { left.rawValue < right.rawValue }
}

/// The way a message took to its queue. Shared by all deliveries in a row that took the same one.
public final class Route: Sendable, Equatable {
    /// Exchange it was published to; empty for the default exchange.
    public let exchange: String
    /// Routing key it was published with.
    public let routingKey: String

    /// A route by its two names.
    public init(exchange: String, routingKey: String) {
        self.exchange = exchange
        self.routingKey = routingKey
    }

    /// By names.
    public static func == (left: Route, right: Route) -> Bool {
        left === right || (left.exchange.isExactly(right.exchange) && left.routingKey.isExactly(right.routingKey))
    }
}

/// `content-encoding` as far as we know it.
public enum ContentEncoding: Sendable, Equatable {
    /// Absent, empty or `identity`.
    case identity
    /// `gzip` (RFC 1952).
    case gzip
    /// Anything else, by its name.
    case unknown(String)
}

extension ContentEncoding {
    /// By the property's text; names of codings do not distinguish case (RFC 9110, 8.4.1).
    public init(name: String) {
        self =
            switch name.lowercased() {
            case "", "identity": .identity
            case "gzip", "x-gzip": .gzip
            default: .unknown(name)
            }
    }
}

/// One message as RabbitMQ delivered it.
///
/// Body and encoded properties share one allocation, because both live exactly as long as the delivery is unsettled. A class, because it is handed
/// on several times: one reference count instead of one for each of its parts.
public final class Delivery: Sendable {
    /// Number on its channel.
    public let tag: DeliveryTag
    /// True if RabbitMQ may have delivered it before.
    public let redelivered: Bool
    /// Exchange and routing key.
    public let route: Route
    /// How the body is encoded.
    public let contentEncoding: ContentEncoding
    /// The `timestamp` property in whole seconds since 1970, if it has one.
    public let timestamp: UInt64?
    /// Why the properties cannot be read; `nil` if they can. Such a message has no encoding and no time, and is not mapped.
    public let unreadable: UnreadableProperties?
    /// The body, then the properties as AMQP encodes them, flags included.
    public let bytes: [UInt8]
    /// How many of `bytes` are the body.
    public let bodyBytes: Int

    /// A delivery by its parts.
    public init(
        tag: DeliveryTag, redelivered: Bool, route: Route, contentEncoding: ContentEncoding, timestamp: UInt64?,
        unreadable: UnreadableProperties? = nil, bytes: [UInt8], bodyBytes: Int
    ) {
        precondition(bodyBytes <= bytes.count, "the body is a part of the bytes")
        self.tag = tag
        self.redelivered = redelivered
        self.route = route
        self.contentEncoding = contentEncoding
        self.timestamp = timestamp
        self.unreadable = unreadable
        self.bytes = bytes
        self.bodyBytes = bodyBytes
    }

    /// The message.
    public var body: ArraySlice<UInt8> { bytes[..<bodyBytes] }
    /// The properties as AMQP encodes them (AMQP 0-9-1, 2.3.5.2 from "property flags" on), for publishing them again unchanged.
    public var encodedProperties: ArraySlice<UInt8> { bytes[bodyBytes...] }
}
