public import Messages

extension Delivery {
    /// The headers of the message whose values have a type that ``HeaderValue`` supports. If a name occurs twice, the last one counts. Empty if the
    /// properties are not encoded as AMQP says.
    public var headers: [String: HeaderValue] {
        var values: [String: HeaderValue] = [:]
        for (name, field) in MessageProperties(encodedProperties)?.headers ?? [] {
            if let value = HeaderValue(field) { values[String(decoding: name, as: UTF8.self)] = value }
        }
        return values
    }
}

extension HeaderValue {
    /// A field value with its type letter (AMQP 0-9-1, 4.2.5.5, with RabbitMQ's errata). `nil` if ``HeaderValue`` does not support its type.
    init?(_ field: ArraySlice<UInt8>) {
        var reader = FieldReader(field.dropFirst())
        let value: HeaderValue? =
            switch field.first {
            case UInt8(ascii: "S"): reader.longString().map { .string(String(decoding: $0, as: UTF8.self)) }
            case UInt8(ascii: "t"): reader.number(UInt8.self).map { .boolean($0 != 0) }
            case UInt8(ascii: "T"): reader.number(UInt64.self).map { .timestamp($0) }
            case UInt8(ascii: "b"): reader.number(UInt8.self).map { .integer(Int64(Int8(bitPattern: $0))) }
            case UInt8(ascii: "s"): reader.number(UInt16.self).map { .integer(Int64(Int16(bitPattern: $0))) }
            case UInt8(ascii: "I"): reader.number(UInt32.self).map { .integer(Int64(Int32(bitPattern: $0))) }
            case UInt8(ascii: "l"): reader.number(UInt64.self).map { .integer(Int64(bitPattern: $0)) }
            case UInt8(ascii: "B"): reader.number(UInt8.self).map { .integer(Int64($0)) }
            case UInt8(ascii: "u"): reader.number(UInt16.self).map { .integer(Int64($0)) }
            case UInt8(ascii: "i"): reader.number(UInt32.self).map { .integer(Int64($0)) }
            case UInt8(ascii: "L"): reader.number(UInt64.self).flatMap(Int64.init(exactly:)).map { .integer($0) }
            default: nil
            }
        guard let value else { return nil }
        self = value
    }
}
