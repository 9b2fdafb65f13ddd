/// A value in a message's headers or a queue's arguments.
public enum HeaderValue: Sendable, Equatable {
    /// UTF-8 text.
    case string(String)
    /// A whole number.
    case integer(Int64)
    /// True or false.
    case boolean(Bool)
    /// Whole seconds since 1970.
    case timestamp(UInt64)
}

/// A field table under construction, as AMQP 0-9-1 encodes it (4.2.5.5, with the type letters of RabbitMQ's errata).
struct FieldTable {
    /// The entries without the table's size in front.
    private(set) var entries: [UInt8] = []

    /// The table with its size in front.
    var encoded: [UInt8] { UInt32(clamping: entries.count).bigEndianBytes + entries }

    /// Adds an entry. A name is cut to the 255 bytes that fit.
    mutating func append(_ name: String, _ value: HeaderValue) {
        appendName(name)
        switch value {
        case .string(let text):
            entries.append(UInt8(ascii: "S"))
            entries += UInt32(clamping: text.utf8.count).bigEndianBytes
            entries += text.utf8
        case .integer(let number):
            entries.append(UInt8(ascii: "l"))
            entries += number.bigEndianBytes
        case .boolean(let isTrue):
            entries.append(UInt8(ascii: "t"))
            entries.append(isTrue ? 1 : 0)
        case .timestamp(let seconds):
            entries.append(UInt8(ascii: "T"))
            entries += seconds.bigEndianBytes
        }
    }

    /// Adds a table within the table.
    mutating func append(_ name: String, _ table: FieldTable) {
        appendName(name)
        entries.append(UInt8(ascii: "F"))
        entries += table.encoded
    }

    private mutating func appendName(_ name: String) {
        let bytes = name.utf8.prefix(255)
        entries.append(UInt8(bytes.count))
        entries += bytes
    }
}

extension FixedWidthInteger {
    /// In network byte order.
    var bigEndianBytes: [UInt8] {
        (0..<Self.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: self >> ($0 * 8)) }
    }
}
