import Messages
import Testing

@testable import Broker

@Suite("Contents are put together from frames")
struct ContentAssemblyTests {
    /// `content-encoding: gzip`, and a timestamp of 1,700,000,000.
    private static let gzipped: [UInt8] = [0x40, 0x40, 4] + Array("gzip".utf8) + [0, 0, 0, 0, 0x65, 0x53, 0xF1, 0]

    @Test("A delivery holds the body of all its frames, then the properties as they came")
    func severalBodyFrames() throws {
        var assembly = ContentAssembly()
        try assembly.deliver(7, redelivered: true, exchange: "ex", routingKey: "key")
        #expect(try !assembly.header(bodyBytes: 5, properties: Self.gzipped))
        #expect(try !assembly.body([1, 2]))
        #expect(try assembly.body([3, 4, 5]))

        let delivery = try #require(assembly.takeDeliveries().first)
        #expect(delivery.tag == 7)
        #expect(delivery.redelivered)
        #expect(delivery.route == Route(exchange: "ex", routingKey: "key"))
        #expect(delivery.body == [1, 2, 3, 4, 5])
        #expect(delivery.encodedProperties.elementsEqual(Self.gzipped))
        #expect(delivery.contentEncoding == .gzip)
        #expect(delivery.timestamp == 1_700_000_000)
        #expect(assembly.takeDeliveries().isEmpty)
    }

    @Test("A message without a body is complete with its header")
    func emptyBody() throws {
        var assembly = ContentAssembly()
        try assembly.deliver(1)
        #expect(try assembly.header(bodyBytes: 0, properties: [0, 0]))
        let delivery = try #require(assembly.takeDeliveries().first)
        #expect(delivery.body.isEmpty)
        #expect(delivery.encodedProperties == [0, 0])
    }

    @Test("Properties of a message do not leak into the next one")
    func nothingLeaks() throws {
        var assembly = ContentAssembly()
        try assembly.deliver(1)
        _ = try assembly.header(bodyBytes: 0, properties: Self.gzipped)
        try assembly.deliver(2)
        _ = try assembly.header(bodyBytes: 1, properties: [0, 0])
        _ = try assembly.body([8])
        let second = assembly.takeDeliveries()[1]
        #expect(second.bytes == [8, 0, 0])
        #expect(second.contentEncoding == .identity)
        #expect(second.timestamp == nil)
    }

    @Test("A message whose properties cannot be read is handed on all the same, and says so")
    func unreadable() throws {
        var assembly = ContentAssembly()
        try assembly.deliver(1)
        _ = try assembly.header(bodyBytes: 1, properties: [0, 1])
        _ = try assembly.body([7])
        try assembly.deliver(2)
        _ = try assembly.header(bodyBytes: 1, skipped: .tooLarge(headerBytes: 2_000_000))
        _ = try assembly.body([8])
        try assembly.deliver(3)
        _ = try assembly.header(bodyBytes: 0, properties: Self.gzipped)
        let deliveries = assembly.takeDeliveries()
        #expect(deliveries.map(\.unreadable) == [.unknownFlags(1), .tooLarge(headerBytes: 2_000_000), nil])
        #expect(deliveries.map(\.bytes) == [[7, 0, 1], [8], Self.gzipped])
    }

    @Test("Deliveries that take the same way share its names; another way gets its own")
    func sharedRoute() throws {
        var assembly = ContentAssembly()
        for key in ["a", "a", "b", "a"] {
            try assembly.deliver(1, exchange: "ex", routingKey: key)
            _ = try assembly.header(bodyBytes: 0, properties: [0, 0])
        }
        let routes = assembly.takeDeliveries().map(\.route)
        #expect(routes[0] === routes[1])
        #expect(routes.map(\.routingKey) == ["a", "a", "b", "a"])
    }

    @Test("Frames of two channels may mix, each channel has its own assembly")
    func interleavedChannels() throws {
        var contents = [ContentAssembly(), ContentAssembly()]
        try contents[0].deliver(1)
        try contents[1].deliver(1)
        _ = try contents[0].header(bodyBytes: 4, properties: [0, 0])
        _ = try contents[1].header(bodyBytes: 2, properties: [0, 0])
        #expect(try !contents[0].body([1, 2]))
        #expect(try contents[1].body([9, 9]))
        #expect(try contents[0].body([3, 4]))
        #expect(contents[0].takeDeliveries()[0].body == [1, 2, 3, 4])
        #expect(contents[1].takeDeliveries()[0].body == [9, 9])
    }

    @Test("A returned message keeps the broker's word and is no delivery")
    func returnedMessage() throws {
        var assembly = ContentAssembly()
        let (exchange, routingKey): ([UInt8], [UInt8]) = ([], Array("gone".utf8))
        try assembly.begin(.returned(code: 312, text: "NO_ROUTE"), exchange: exchange.span, routingKey: routingKey.span)
        _ = try assembly.header(bodyBytes: 1, properties: [0, 0])
        _ = try assembly.body([1])
        #expect(assembly.takeDeliveries().isEmpty)
        let message = try #require(assembly.takeReturns().first)
        #expect(message.replyCode == 312)
        #expect(message.replyText == "NO_ROUTE")
        #expect(message.route.routingKey == "gone")
        #expect(message.body == [1])
        #expect(message.encodedProperties == [0, 0])
    }

    @Test("Frames out of order are refused, never trapped on")
    func outOfOrder() throws {
        var assembly = ContentAssembly()
        #expect(throws: ProtocolViolation.self) { try assembly.body([1]) }
        #expect(throws: ProtocolViolation.self) { try assembly.header(bodyBytes: 1, properties: [0, 0]) }
        try assembly.deliver(1)
        #expect(throws: ProtocolViolation.self) { try assembly.deliver(2) }
        #expect(throws: ProtocolViolation.self) { try assembly.body([1]) }
        _ = try assembly.header(bodyBytes: 1, properties: [0, 0])
        #expect(throws: ProtocolViolation.self) { try assembly.body([1, 2]) }
    }

    @Test("An announced size takes no memory before its bytes come, and one beyond all bounds is refused")
    func announcedSize() throws {
        var assembly = ContentAssembly()
        try assembly.deliver(1)
        #expect(throws: ProtocolViolation.self) { try assembly.header(bodyBytes: .max, properties: [0, 0]) }
        #expect(try !assembly.header(bodyBytes: 1 << 50, properties: [0, 0]))
        #expect(try !assembly.body([1]))
    }

    @Test(
        "Codings are known by name in any case",
        arguments: [
            ("", ContentEncoding.identity), ("Identity", .identity), ("GZIP", .gzip), ("x-gzip", .gzip), ("br", .unknown("br")),
        ])
    func codings(name: String, expected: ContentEncoding) {
        #expect(ContentEncoding(name: name) == expected)
    }
}

extension ContentAssembly {
    mutating func deliver(_ tag: DeliveryTag, redelivered: Bool = false, exchange: String = "", routingKey: String = "q") throws {
        let (exchange, routingKey) = (Array(exchange.utf8), Array(routingKey.utf8))
        try begin(.delivery(tag, redelivered: redelivered), exchange: exchange.span, routingKey: routingKey.span)
    }

    mutating func header(bodyBytes: UInt64, properties: [UInt8]) throws -> Bool {
        try header(bodyBytes: bodyBytes, properties: properties.span)
    }

    mutating func body(_ bytes: [UInt8]) throws -> Bool { try body(bytes.span) }
}
