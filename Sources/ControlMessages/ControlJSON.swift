internal import FoundationEssentials

/// How messages become JSON and back: names in snake_case, members in alphabetical order, so that the same message is always the same text.
package enum ControlJSON {
    /// JSON text without a line break, so one message can be one line.
    package static func encode(_ message: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(message))
    }

    /// A message from JSON text. Unknown members are left alone, so that an older program understands a newer one.
    package static func decode<Message: Decodable>(_ type: Message.Type, from bytes: some Sequence<UInt8>) throws -> Message {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(bytes))
    }
}
