extension Delivery {
    /// Where in ``bytes`` the `message-id` property is; `nil` if the message has none, or if its properties are not valid AMQP.
    public var messageIDPlace: Range<Int>? {
        var cursor = PropertyCursor(at: bodyBytes)
        guard let flags = cursor.flags(bytes), flags & PropertyCursor.messageID != 0 else { return nil }
        guard cursor.skipToHeaders(flags, bytes) else { return nil }
        if flags & PropertyCursor.headers != 0, cursor.long(bytes) == nil { return nil }
        guard cursor.skipToMessageID(flags, bytes) else { return nil }
        return cursor.short(bytes)
    }

    /// The header `timestamp_in_ms` that RabbitMQ's message timestamp interceptor sets: milliseconds since 1970. `nil` if there is none.
    public var publishedMilliseconds: UInt64? {
        var cursor = PropertyCursor(at: bodyBytes)
        guard let flags = cursor.flags(bytes), flags & PropertyCursor.headers != 0 else { return nil }
        guard cursor.skipToHeaders(flags, bytes), let table = cursor.long(bytes) else { return nil }
        var entries = PropertyCursor(at: table.lowerBound)
        while entries.index < table.upperBound, let name = entries.short(bytes) {
            guard let value = entries.field(bytes), value.upperBound <= table.upperBound else { return nil }
            guard name.count == Self.timestampName.count, value.count == 9, bytes[name].elementsEqual(Self.timestampName) else { continue }
            // A signed or an unsigned 64-bit number, whatever the letter in front says; a negative one is nonsense.
            let number = bytes[value].dropFirst().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            return number <= UInt64(Int64.max) ? number : nil
        }
        return nil
    }

    private static let timestampName = Array("timestamp_in_ms".utf8)
}

/// Steps over encoded properties (AMQP 0-9-1, 2.3.5.2 and 4.2.5) without copying them: this is asked about each message.
package struct PropertyCursor {
    package static let contentType: UInt16 = 1 << 15
    package static let headers: UInt16 = 1 << 13
    package static let messageID: UInt16 = 1 << 7

    package private(set) var index: Int

    /// At the first byte of the flags.
    package init(at index: Int) { self.index = index }

    package mutating func flags(_ bytes: [UInt8]) -> UInt16? {
        guard bytes.count - index >= 2 else { return nil }
        defer { index += 2 }
        return UInt16(bytes[index]) << 8 | UInt16(bytes[index + 1])
    }

    /// Over content-type and content-encoding.
    package mutating func skipToHeaders(_ flags: UInt16, _ bytes: [UInt8]) -> Bool {
        (flags & 1 << 15 == 0 || short(bytes) != nil) && (flags & 1 << 14 == 0 || short(bytes) != nil)
    }

    /// Over delivery-mode and priority, a byte each, then correlation-id, reply-to and expiration.
    package mutating func skipToMessageID(_ flags: UInt16, _ bytes: [UInt8]) -> Bool {
        index += (flags & 1 << 12 == 0 ? 0 : 1) + (flags & 1 << 11 == 0 ? 0 : 1)
        return (flags & 1 << 10 == 0 || short(bytes) != nil) && (flags & 1 << 9 == 0 || short(bytes) != nil)
            && (flags & 1 << 8 == 0 || short(bytes) != nil)
    }

    /// Up to 255 bytes behind one for their count.
    package mutating func short(_ bytes: [UInt8]) -> Range<Int>? {
        guard index < bytes.count else { return nil }
        return take(Int(bytes[index]), after: 1, bytes)
    }

    /// Bytes behind four for their count.
    package mutating func long(_ bytes: [UInt8]) -> Range<Int>? {
        guard bytes.count - index >= 4 else { return nil }
        return take(bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }, after: 4, bytes)
    }

    /// A value with its type letter (4.2.5.5, with the letters of RabbitMQ's errata).
    package mutating func field(_ bytes: [UInt8]) -> Range<Int>? {
        guard index < bytes.count else { return nil }
        let start = index
        switch FieldSize(typeLetter: bytes[index]) {
        case .fixed(let count)?: return take(1 + count, after: 0, bytes)
        case .announced?:
            index += 1
            return long(bytes).map { start..<$0.upperBound }
        case nil: return nil
        }
    }

    private mutating func take(_ count: Int, after prefix: Int, _ bytes: [UInt8]) -> Range<Int>? {
        let start = index + prefix
        guard count <= bytes.count - start else { return nil }
        index = start + count
        return start..<index
    }
}
