import Broker
import Messages
import Testing

@testable import Broker

@Suite("Headers of a message")
struct HeaderReadingTests {
    private func headers(_ table: [UInt8]) -> [String: HeaderValue] {
        let properties: [UInt8] = [0x20, 0x00] + UInt32(table.count).bigEndianBytes + table
        return delivery(properties).headers
    }

    private func delivery(_ properties: [UInt8]) -> Delivery {
        Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity, timestamp: nil,
            bytes: [1, 2, 3] + properties, bodyBytes: 3)
    }

    @Test("What was added for publishing can be read again")
    func roundTrip() throws {
        let added: [(name: String, value: HeaderValue)] = [
            ("text", .string("väl")), ("number", .integer(-5)), ("truth", .boolean(true)), ("time", .timestamp(1_700_000_000)),
        ]
        let properties = try #require(MessageProperties([])?.encoded(adding: added, as: "me", limit: 1000))
        #expect(delivery(properties).headers == Dictionary(uniqueKeysWithValues: added.map { ($0.name, $0.value) }))
    }

    @Test(
        "Whole numbers of every width are read with their sign",
        arguments: [
            ([0x62, 0xFF], -1), ([0x42, 0xFF], 255), ([0x73, 0xFF, 0xFE], -2), ([0x75, 0xFF, 0xFE], 65_534),
            ([0x49, 0xFF, 0xFF, 0xFF, 0xFD], -3), ([0x69, 0xFF, 0xFF, 0xFF, 0xFD], 4_294_967_293),
            ([0x6C, 0x80, 0, 0, 0, 0, 0, 0, 0], Int64.min), ([0x4C, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], Int64.max),
        ] as [([UInt8], Int64)])
    func numbers(field: [UInt8], value: Int64) {
        #expect(headers([1, 65] + field) == ["A": .integer(value)])
    }

    @Test("Values of other kinds are passed over, and do not hide the others")
    func otherKinds() {
        let nothing: [UInt8] = [1, 65, 0x56], table: [UInt8] = [1, 66, 0x46, 0, 0, 0, 3, 1, 65, 0x56]
        let tooLarge: [UInt8] = [1, 67, 0x4C] + [UInt8](repeating: 0xFF, count: 8)
        #expect(headers(nothing + table + tooLarge + [1, 68, 0x74, 0]) == ["D": .boolean(false)])
    }

    @Test("A message without headers, or with properties that are no AMQP, has none")
    func none() {
        #expect(delivery([]).headers == [:])
        #expect(delivery([0, 0]).headers == [:])
        #expect(delivery([0x20, 0x00, 0, 0, 0, 9, 1]).headers == [:])
    }
}
