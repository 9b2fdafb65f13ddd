import Messages
import Testing

@testable import Broker

@Suite("The digest of a message") struct DigestTests {
    private func digest(_ headers: [(name: String, value: HeaderValue)], body: [UInt8] = [1], properties: [UInt8]? = nil) -> String {
        var table = FieldTable()
        for (name, value) in headers { table.append(name, value) }
        let bytes: [UInt8] = headers.isEmpty ? [0, 0] : [0x20, 0] + table.encoded
        return Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: body + (properties ?? bytes), bodyBytes: body.count
        ).digest
    }

    @Test("It is the same whatever RabbitMQ has counted meanwhile, and in whichever order headers come") func same() {
        #expect(digest([]).utf8.count == 32)
        #expect(digest([]) == digest([("x-delivery-count", .integer(0))]))
        #expect(
            digest([("a", .integer(1)), ("b", .integer(2))])
                == digest([("b", .integer(2)), ("x-acquired-count", .integer(4)), ("a", .integer(1))]))
    }

    @Test("Body, properties, and headers by name and value make it another one") func different() {
        let digests = [
            digest([]), digest([], body: [2]), digest([], body: []), digest([("a", .integer(1))]), digest([("a", .integer(2))]),
            digest([("b", .integer(1))]), digest([], properties: [0x10, 0, 2]), digest([], properties: [0x10, 0, 1]),
            digest([], properties: [0, 1]),
            digest([("ab", .string("c"))]), digest([("a", .string("bc"))]),
        ]
        #expect(Set(digests).count == digests.count)
    }
}
