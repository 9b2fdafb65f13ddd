public import Messages

extension Delivery {
    /// A property or header of a message, to be shown to people.
    public struct Field: Sendable, Equatable {
        /// Its name, such as `content-type`.
        public let name: String
        /// Its value as text. Tables, lists and bytes are named by their type.
        public let text: String
        /// The size of its value in bytes.
        public let bytes: Int
    }

    /// The properties of the message without `headers`, in AMQP's order (AMQP 0-9-1, 1.8). Empty if they are not encoded as AMQP says.
    public var propertyFields: [Field] {
        var reader = FieldReader(encodedProperties)
        guard let flags = reader.number(UInt16.self) else { return [] }
        var fields: [Field] = []
        for (bit, name, kind) in PropertyKind.all where flags & 1 << bit != 0 {
            guard let (text, bytes) = kind.read(&reader) else { return [] }
            if kind != .table { fields.append(Field(name: name, text: text, bytes: bytes)) }
        }
        return fields
    }

    /// The headers in the message's order. Empty if they are not encoded as AMQP says.
    public var headerFields: [Field] {
        (MessageProperties(encodedProperties)?.headers ?? []).map { name, value in
            Field(name: String(decoding: name, as: UTF8.self), text: HeaderValue.description(of: value), bytes: max(0, value.count - 1))
        }
    }
}

/// How a property is encoded.
private enum PropertyKind {
    case shortString, octet, timestamp, table

    static let all: [(bit: UInt16, name: String, kind: PropertyKind)] = [
        (15, "content-type", .shortString), (14, "content-encoding", .shortString), (13, "headers", .table), (12, "delivery-mode", .octet),
        (11, "priority", .octet), (10, "correlation-id", .shortString), (9, "reply-to", .shortString), (8, "expiration", .shortString),
        (7, "message-id", .shortString), (6, "timestamp", .timestamp), (5, "type", .shortString), (4, "user-id", .shortString),
        (3, "app-id", .shortString), (2, "cluster-id", .shortString),
    ]

    func read(_ reader: inout FieldReader) -> (text: String, bytes: Int)? {
        switch self {
        case .shortString: reader.shortString().map { (String(decoding: $0, as: UTF8.self), $0.count) }
        case .octet: reader.number(UInt8.self).map { ("\($0)", 1) }
        case .timestamp: reader.number(UInt64.self).map { ("\($0)", 8) }
        case .table: reader.longString().map { ("", $0.count) }
        }
    }
}

extension HeaderValue {
    /// Reads a field value with its type letter, as text.
    fileprivate static func description(of field: ArraySlice<UInt8>) -> String {
        switch HeaderValue(field) {
        case .string(let text)?: text
        case .integer(let number)?: "\(number)"
        case .boolean(let isTrue)?: "\(isTrue)"
        case .timestamp(let seconds)?: "\(seconds)"
        case nil:
            switch field.first {
            case UInt8(ascii: "F"): "(table)"
            case UInt8(ascii: "A"): "(list)"
            case UInt8(ascii: "x"): "(bytes)"
            case UInt8(ascii: "V"): "(void)"
            default: "(number)"
            }
        }
    }
}
