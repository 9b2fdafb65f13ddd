internal import Broker
internal import ControlMessages
internal import Formats
internal import Messages

/// What a message of a dead-letter queue says about itself. Any publisher may have written its headers: nothing in them is trusted.
struct DeadLetterContent {
    /// The reason for letters that Warren did not park.
    static let unknownReason = "unknown"
    /// Bytes shown of a text that a header holds.
    static let textBytes = 500
    /// Bytes shown of a body.
    static let bodyBytes = 1 << 20

    let delivery: Delivery
    private let headers: [String: HeaderValue]

    init(_ delivery: Delivery) {
        self.delivery = delivery
        headers = delivery.headers
    }

    /// Its name: ``DeadLetterID``.
    var id: String { DeadLetterID.name(text("warren-letter")) ?? delivery.digest }

    var reason: String { text("warren-reason") ?? Self.unknownReason }

    /// Without content.
    var summary: DeadLetterSummary {
        DeadLetterSummary(
            id: id, reason: reason, error: text("warren-error"), failedAt: text("warren-failed-at"),
            attempts: integer("warren-attempts"),
            replays: Int(clamping: ParkingHistory(headers).replays), exchange: text("warren-exchange"),
            routingKey: text("warren-routing-key"),
            messageId: delivery.messageIDPlace.map { String(decoding: delivery.bytes[$0], as: UTF8.self) }, bodyBytes: delivery.bodyBytes)
    }

    /// With everything; redacted: without what its sender wrote, which is the body, the properties and all headers but ours.
    func detail(queue: String, isRedacted: Bool) -> DeadLetterDetail {
        func field(_ field: Delivery.Field) -> DeadLetterDetail.Field {
            let isOurs = field.name.hasPrefix("warren-")
            return .init(name: field.name, value: isRedacted && !isOurs ? "(\(field.bytes) bytes)" : field.text)
        }
        let shown = delivery.body.prefix(Self.bodyBytes)
        let text = isRedacted ? nil : String(validating: shown.prefix(shown.endOfText), as: UTF8.self)
        return DeadLetterDetail(
            queue: queue, letter: summary, properties: delivery.propertyFields.map(field),
            headers: delivery.headerFields.map(field), bodyEncoding: isRedacted ? .redacted : text == nil ? .base64 : .text,
            body: isRedacted ? "" : text ?? Base64.encode(shown), isBodyCut: !isRedacted && delivery.bodyBytes > shown.count)
    }

    private func text(_ name: String) -> String? {
        if case .string(let text)? = headers[name] { text.cut(toBytes: Self.textBytes) } else { nil }
    }

    private func integer(_ name: String) -> Int? {
        if case .integer(let number)? = headers[name] { Int(clamping: number) } else { nil }
    }
}
