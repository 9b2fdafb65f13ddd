import Mapping

@testable import Broker

extension Delivery {
    /// The headers of the message that are texts or whole numbers, as Warren writes them (AMQP 0-9-1, 4.2.5.5).
    var headers: [String: HeaderValue] {
        let contentType: UInt16 = 1 << 15, contentEncoding: UInt16 = 1 << 14, hasHeaders: UInt16 = 1 << 13
        var reader = FieldReader(encodedProperties)
        guard let flags = reader.number(UInt16.self), flags & hasHeaders != 0 else { return [:] }
        for flag in [contentType, contentEncoding] where flags & flag != 0 { _ = reader.shortString() }
        guard var table = reader.longString().map(FieldReader.init) else { return [:] }
        var headers: [String: HeaderValue] = [:]
        while let name = table.shortString(), let field = table.fieldValue() {
            var value = FieldReader(field.dropFirst())
            switch field.first {
            case UInt8(ascii: "S"): headers[text(name)] = value.longString().map { .string(text($0)) }
            case UInt8(ascii: "l"): headers[text(name)] = value.number(UInt64.self).map { .integer(Int64(truncatingIfNeeded: $0)) }
            default: break
            }
        }
        return headers
    }
}

private func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
