internal import Formats
internal import Messages
internal import Settings

/// How a processor's messages become onward messages, worked out once from the settings.
final class OnwardTemplate: Sendable {
    /// A piece of the routing key.
    enum Part: Sendable {
        case text([UInt8])
        case value(MappingPlan.Lookup)
    }

    /// Bytes that a routing key may have (AMQP 0-9-1, 4.2.5.3: short strings).
    static let longestKey = 255

    private let format: OnwardFormat
    private let exchange: String
    private let parts: [Part]

    /// Works out `emit` of the processor `own`; `lookup` finds places in its messages.
    init(_ emit: EmitSettings, of own: ProcessorSettings, lookup: (JSONPointer) -> MappingPlan.Lookup) {
        format = OnwardFormat(emit, of: own)
        exchange = emit.exchange
        parts = emit.routingKey.parts.map { part in
            switch part {
            case .text(let text): .text(Array(text.wrappedValue.utf8))
            case .value(let pointer): .value(lookup(pointer))
            }
        }
    }

    /// The onward message of a message. Refused if a placeholder cannot be filled, because it never can.
    func onward(of message: ScannedMessage) throws(Refusal) -> OnwardPlan {
        var key: [UInt8] = []
        for part in parts {
            switch part {
            case .text(let text): key += text
            case .value(let lookup): key += try Self.value(message, lookup)
            }
        }
        guard key.count <= Self.longestKey else {
            throw Refusal(.badRoutingKey, "the routing key for exchange \(exchange) has \(key.count) bytes; AMQP takes at most 255")
        }
        return OnwardPlan(format, routingKey: String(decoding: key, as: UTF8.self))
    }

    /// A string by what it reads, a number or truth value as it is written. As it is: a dot in it begins another word of a topic.
    private static func value(_ message: ScannedMessage, _ lookup: MappingPlan.Lookup) throws(Refusal) -> ArraySlice<UInt8> {
        guard let place = message[lookup.node] else { throw message.missing(lookup, .badRoutingKey, "a part of the routing key") }
        switch message.kind(place) {
        case .string:
            let text = message.string(place)
            // AMQP's short strings hold none.
            guard !text.contains(0) else {
                throw Refusal(.badRoutingKey, "the part of the routing key at \(lookup.pointer) holds a NUL character")
            }
            return text
        case .number, .boolean: return message.text(place)
        case .object, .array, .null:
            throw Refusal(
                .badRoutingKey,
                "the part of the routing key at \(lookup.pointer) is \(message.kind(place).rawValue); it must be a string, a number, true or false"
            )
        }
    }
}
