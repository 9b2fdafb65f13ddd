import Messages
import Testing

@testable import Broker

@Suite("Properties of a message that follows from another")
struct OnwardPropertiesTests {
    private static let traced: [(name: String, value: HeaderValue)] = [
        ("traceparent", .string("00-1")), ("X-B3-TraceId", .string("2")), ("mine", .boolean(true)), ("warren-reason", .string("x")),
        ("x-death", .integer(1)), ("timestamp_in_ms", .integer(1)),
    ]

    private func delivery(_ properties: [UInt8]) -> Delivery {
        Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: [1, 2] + properties, bodyBytes: 2)
    }

    private func onward(_ properties: [UInt8], contentType: String?, messageID: String? = nil) -> Delivery {
        delivery(delivery(properties).onwardProperties(contentType: contentType, messageID: messageID, at: 7))
    }

    private func fields(_ delivery: Delivery) -> [String: String] {
        Dictionary(uniqueKeysWithValues: delivery.propertyFields.map { ($0.name, $0.text) })
    }

    @Test("Correlation id and trace are passed on; it has an id of its own; it is persistent, and from Warren")
    func carried() {
        let message = onward(EncodedProperties.all(userID: "me", extra: Self.traced), contentType: "application/json", messageID: "m/p")
        #expect(
            fields(message) == [
                "content-type": "application/json", "delivery-mode": "2", "correlation-id": "correlation", "message-id": "m/p",
                "timestamp": "7", "app-id": "warren",
            ])
        #expect(message.headers == ["traceparent": .string("00-1"), "X-B3-TraceId": .string("2")])
    }

    @Test("A copy keeps type, encoding and headers, but those that belong to one publication")
    func copied() {
        let message = onward(EncodedProperties.all(userID: "me", extra: Self.traced), contentType: nil, messageID: "m/p")
        #expect(
            fields(message) == [
                "content-type": "application/json", "content-encoding": "gzip", "delivery-mode": "2", "correlation-id": "correlation",
                "message-id": "m/p", "timestamp": "7", "type": "type", "app-id": "warren",
            ])
        #expect(Set(message.headers.keys) == ["x", "since", "traceparent", "X-B3-TraceId", "mine"])
    }

    @Test(
        "Of a message without properties, or with some that are no AMQP, nothing is passed on", arguments: [[], [0, 0], [0xFF, 0xFF, 9]])
    func nothing(properties: [UInt8]) {
        let message = onward(properties, contentType: "application/json")
        #expect(fields(message) == ["content-type": "application/json", "delivery-mode": "2", "timestamp": "7", "app-id": "warren"])
        #expect(message.headers.isEmpty)
    }

    @Test("An id that would become too long is left out, and so are traces of more than two KiB")
    func bounds() {
        let id = String(repeating: "x", count: 256)
        #expect(fields(onward([], contentType: "application/json", messageID: id))["message-id"] == nil)
        let long = String(repeating: "x", count: 2048)
        let traced = onward(EncodedProperties.headers([("baggage", .string(long)), ("b3", .string("1"))]), contentType: "application/json")
        #expect(traced.headers == ["b3": .string("1")])
    }
}
