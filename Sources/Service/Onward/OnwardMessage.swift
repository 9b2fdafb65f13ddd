internal import Broker
internal import Messages
internal import Pipeline

/// The onward message about a delivery, as it is published.
struct OnwardMessage {
    private let order: OnwardOrder
    private let processor: String

    /// `processor`: the name of the one that wrote the message.
    init(_ order: OnwardOrder, processor: String) {
        self.order = order
        self.processor = processor
    }

    /// Of its body; `nil` for the message's own.
    private var contentType: String? { order.onward.isOriginal ? nil : "application/json" }

    func publication(at seconds: UInt64) -> Publication {
        // The same however often it is published, so that a consumer can detect a repetition.
        let id = originalID.map { "\($0)/\(processor)" }
        return Publication(
            exchange: order.onward.exchange, routingKey: order.onward.routingKey, body: order.body,
            encodedProperties: order.write.delivery.onwardProperties(contentType: contentType, messageID: id, at: seconds)[...],
            headers: headers)
    }

    /// What happened to which document, whatever the body contains.
    private var headers: [(name: String, value: HeaderValue)] {
        let write = order.write
        var headers: [(name: String, value: HeaderValue)] = [
            ("warren-processor", .string(processor)), ("warren-collection", .string(write.target.collection)),
            ("warren-key", .string(write.key.text)), ("warren-outcome", .string(order.outcome.rawValue)),
        ]
        if let version = write.version { headers.append(("warren-version", .integer(Int64(clamping: version)))) }
        if let originalID { headers.append(("warren-message-id", .string(originalID))) }
        return headers
    }

    /// The id of the message that was written.
    private var originalID: String? {
        let delivery = order.write.delivery
        return order.write.eventID ?? delivery.messageIDPlace.map { String(decoding: delivery.bytes[$0], as: UTF8.self) }
    }
}
