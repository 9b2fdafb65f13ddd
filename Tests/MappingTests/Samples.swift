import Messages
import Settings

@testable import Mapping

/// A delivery with this body.
func delivery(
    _ body: String, timestamp: UInt64? = nil, contentEncoding: ContentEncoding = .identity
) -> Delivery {
    delivery(Array(body.utf8), timestamp: timestamp, contentEncoding: contentEncoding)
}

/// A delivery with this body, and properties behind it as on the wire.
func delivery(_ body: [UInt8], timestamp: UInt64? = nil, contentEncoding: ContentEncoding = .identity) -> Delivery {
    Delivery(
        tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "company.updated"), contentEncoding: contentEncoding,
        timestamp: timestamp, bytes: body + [0x90, 0x00, 0x7D], bodyBytes: body.count)
}

/// The pointer that `text` is; the whole message if it is none.
func pointer(_ text: String) -> JSONPointer { JSONPointer(text) ?? JSONPointer() }

/// A processor named after its operation.
func processor(
    _ operation: ProcessorSettings.Operation, key: String = "/id", version: String? = nil,
    _ change: (inout ProcessorSettings) -> Void = { _ in }
) -> ProcessorSettings {
    var processor = ProcessorSettings(
        name: operation.rawValue, queue: "company.\(operation.rawValue)", operation: operation, collection: "companies", key: pointer(key))
    processor.version = version.map(pointer)
    change(&processor)
    return processor
}

/// A mapper for the first of these processors.
func mapper(_ processors: ProcessorSettings..., maxMessageBytes: Int = 16 << 20) -> Mapper {
    var settings = Settings()
    settings.processors = processors
    settings.rabbitmq.maxMessageBytes = maxMessageBytes
    return Mapper(settings: settings, processor: 0)
}

extension PlannedWrite {
    /// The text that goes to the database.
    var text: String {
        var body: [UInt8] = []
        document.write(into: &body, key: key)
        return String(decoding: body, as: UTF8.self)
    }
}

/// What the message becomes with the first of these processors. 2024-05-06T07:08:09Z is when it was received.
func plan(_ body: String, _ processors: ProcessorSettings..., timestamp: UInt64? = nil) throws(Refusal) -> PlannedWrite {
    var settings = Settings()
    settings.processors = processors
    var mapper = Mapper(settings: settings, processor: 0)
    return try mapper.plan(delivery(body, timestamp: timestamp), receivedAt: 1_714_979_289).get()
}

/// Why the message is refused; nil if it is not.
func refusal(_ body: String, _ processor: ProcessorSettings = processor(.update)) -> Refusal? {
    do {
        _ = try plan(body, processor)
        return nil
    } catch {
        return error
    }
}
