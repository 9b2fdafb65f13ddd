internal import Control

/// Writes events as JSON text, members in alphabetical order, those that are not known left out.
///
/// By hand: `JSONEncoder` takes longer for one line than a message takes of this program all the way.
struct EventWriter {
    private static let digits = Array("0123456789abcdef".utf8)

    private var bytes: [UInt8] = []
    /// Events of one look mostly share their millisecond.
    private var time: (moment: Timestamp, text: String)?

    /// One line, without its end.
    mutating func line(_ event: ServiceEvent) -> [UInt8] {
        bytes = []
        bytes.reserveCapacity(384)
        add("at", text(of: event.at))
        add("collection", event.collection)
        add("count", event.count.map { "\($0)" }, isQuoted: false)
        add("detail", event.detail)
        add("endpoint", event.endpoint)
        add("event", event.event)
        add("exchange", event.exchange)
        add("key", event.key)
        add("latency_milliseconds", event.latencyMilliseconds.map { "\($0)" }, isQuoted: false)
        add("message_id", event.messageId)
        add("processor", event.processor)
        add("queue", event.queue)
        add("routing_key", event.routingKey)
        add("version", event.version.map { "\($0)" }, isQuoted: false)
        bytes.append(UInt8(ascii: "}"))
        return bytes
    }

    private mutating func add(_ name: String, _ value: String?, isQuoted: Bool = true) {
        guard let value else { return }
        bytes.append(bytes.isEmpty ? UInt8(ascii: "{") : UInt8(ascii: ","))
        bytes.append(UInt8(ascii: "\""))
        bytes += name.utf8
        bytes += "\":".utf8
        if isQuoted { append(quoted: value) } else { bytes += value.utf8 }
    }

    /// RFC 8259 section 7.
    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0..<0x20: bytes += "\\u00".utf8 + [Self.digits[Int(byte >> 4)], Self.digits[Int(byte & 15)]]
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func text(of moment: Timestamp) -> String {
        if let time, time.moment == moment { return time.text }
        let text = moment.text
        time = (moment, text)
        return text
    }
}
