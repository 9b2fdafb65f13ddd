internal import Control

/// Writes events as lines of JSON text, members in alphabetical order, those that are not known left out.
///
/// By hand: `JSONEncoder` takes longer for one line than a message takes of this program all the way.
struct EventWriter {
    private static let digits = Array("0123456789abcdef".utf8)

    /// Events of one look mostly share their millisecond.
    private var time: (moment: Timestamp, text: String)?

    /// Adds one line, with its end.
    mutating func append(_ event: ServiceEvent, to lines: inout [UInt8]) {
        lines += "{\"at\":\"".utf8
        lines += text(of: event.at).utf8
        lines.append(UInt8(ascii: "\""))
        add("collection", event.collection, to: &lines)
        add("count", number: event.count, to: &lines)
        add("detail", event.detail, to: &lines)
        add("endpoint", event.endpoint, to: &lines)
        add("event", event.event.rawValue, to: &lines)
        add("exchange", event.exchange, to: &lines)
        add("key", event.key, to: &lines)
        add("latency_milliseconds", number: event.latencyMilliseconds, to: &lines)
        add("message_id", event.messageId, to: &lines)
        add("processor", event.processor, to: &lines)
        add("queue", event.queue, to: &lines)
        add("routing_key", event.routingKey, to: &lines)
        add("version", number: event.version, to: &lines)
        lines += "}\n".utf8
    }

    private func add(_ name: String, number value: (some CustomStringConvertible)?, to lines: inout [UInt8]) {
        guard let value else { return }
        add(name, to: &lines)
        lines += value.description.utf8
    }

    /// Text as RFC 8259 section 7 has it.
    private func add(_ name: String, _ value: String?, to lines: inout [UInt8]) {
        guard let value else { return }
        add(name, to: &lines)
        lines.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): lines += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: lines += "\\u00".utf8 + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            default: lines.append(byte)
            }
        }
        lines.append(UInt8(ascii: "\""))
    }

    private func add(_ name: String, to lines: inout [UInt8]) {
        lines += ",\"".utf8
        lines += name.utf8
        lines += "\":".utf8
    }

    private mutating func text(of moment: Timestamp) -> String {
        if let time, time.moment == moment { return time.text }
        let text = moment.text
        time = (moment, text)
        return text
    }
}
