internal import ControlMessages
internal import Formats

/// Writes events as lines of JSON text, members in alphabetical order, those that are not known left out.
///
/// By hand: `JSONEncoder` takes longer for one line than this program takes for a whole message.
struct EventWriter {
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

    private func add(_ name: String, _ value: String?, to lines: inout [UInt8]) {
        guard let value else { return }
        add(name, to: &lines)
        JSONString.append(value, to: &lines)
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
