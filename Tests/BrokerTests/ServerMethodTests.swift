import CRabbitMQ
import Messages
import Testing

@testable import Broker

@Suite("Methods are read from their frames")
struct ServerMethodTests {
    private static func text(_ text: String) -> [UInt8] { [UInt8(text.utf8.count)] + text.utf8 }

    private static let methods: [(payload: [UInt8], expected: ServerMethod)] = [
        (AMQP_CHANNEL_OPEN_OK_METHOD.bigEndianBytes + [0, 0, 0, 0], .channelOpenOk),
        (
            AMQP_CHANNEL_CLOSE_METHOD.bigEndianBytes + [0x01, 0x94] + text("NOT_FOUND") + [0, 0, 0, 0],
            .channelClose(code: 404, text: "NOT_FOUND")
        ),
        (
            AMQP_CONNECTION_CLOSE_METHOD.bigEndianBytes + [0x01, 0x40] + text("bye") + [0, 0, 0, 0],
            .connectionClose(code: 320, text: "bye")
        ),
        (AMQP_CONNECTION_BLOCKED_METHOD.bigEndianBytes + text("low on memory"), .blocked(reason: "low on memory")),
        (
            AMQP_QUEUE_DECLARE_OK_METHOD.bigEndianBytes + text("q") + [0, 0, 0, 7, 0xFF, 0xFF, 0xFF, 0xFF],
            .declareOk(ready: 7, consumers: 0xFFFF_FFFF)
        ),
        (AMQP_BASIC_ACK_METHOD.bigEndianBytes + UInt64.max.bigEndianBytes + [1], .ack(tag: .max, multiple: true)),
        (AMQP_BASIC_NACK_METHOD.bigEndianBytes + UInt64(5).bigEndianBytes + [2], .nack(tag: 5, multiple: false)),
        (AMQP_QUEUE_BIND_OK_METHOD.bigEndianBytes, .done(id: AMQP_QUEUE_BIND_OK_METHOD)),
        ([0, 99, 0, 1], .unexpected(id: 99 << 16 | 1)),
    ]

    @Test("Each says what it says")
    func all() throws {
        for (payload, expected) in Self.methods { #expect(try ServerMethod(payload: payload.span) == expected) }
    }

    @Test("Cut off within what is read of it, each is a violation and no trap")
    func cut() {
        for (payload, expected) in Self.methods {
            for length in 0..<payload.count {
                let cut = Array(payload.prefix(length))
                // Arguments that nobody asks for need not be there.
                if let method = try? ServerMethod(payload: cut.span) { #expect(method == expected, "\(length) bytes") }
            }
            #expect(throws: ProtocolViolation.self) { try ServerMethod(payload: Array(payload.prefix(3)).span) }
        }
    }

    @Test(
        "A content that a channel has not asked for is none",
        arguments: [
            (ContentKinds.delivered, [AMQP_BASIC_GET_OK_METHOD, AMQP_BASIC_RETURN_METHOD]),
            (.fetched, [AMQP_BASIC_DELIVER_METHOD, AMQP_BASIC_RETURN_METHOD]), (.returned, [AMQP_BASIC_DELIVER_METHOD]),
        ])
    func unasked(accepted: ContentKinds, methods: [UInt32]) {
        for method in methods {
            var (contents, bound) = ([ContentAssembly(accepted)], ReadBound())
            let payload = method.bigEndianBytes + [UInt8](repeating: 0, count: 20)
            #expect(throws: ProtocolViolation.self) {
                try contents.take(.method(payload.indices, channel: 1), in: payload.span, bound: &bound)
            }
        }
    }

    @Test("A delivery, a fetched and a returned message begin a content, whole or not at all")
    func contents() throws {
        let tag = UInt64(9).bigEndianBytes
        let starts: [[UInt8]] = [
            AMQP_BASIC_DELIVER_METHOD.bigEndianBytes + Self.text("tag") + tag + [1] + Self.text("ex") + Self.text("key"),
            AMQP_BASIC_GET_OK_METHOD.bigEndianBytes + tag + [1] + Self.text("ex") + Self.text("key") + [0, 0, 0, 1],
            AMQP_BASIC_RETURN_METHOD.bigEndianBytes + [1, 56] + Self.text("NO_ROUTE") + Self.text("ex") + Self.text("key"),
        ]
        for start in starts {
            var contents = [ContentAssembly()]
            try contents.take(method: start)
            _ = try contents[0].header(bodyBytes: 0, properties: [0, 0])
            let delivery = contents[0].takeDeliveries().first
            let route = try #require(delivery?.route ?? contents[0].takeReturns().first?.route)
            #expect(route == Route(exchange: "ex", routingKey: "key"))
            if let delivery { #expect(delivery.tag == 9 && delivery.redelivered) }
            let whole = start.count - (start[3] == 71 ? 4 : 0)
            for length in 0..<whole {
                var contents = [ContentAssembly()]
                #expect(throws: ProtocolViolation.self) { try contents.take(method: Array(start.prefix(length))) }
            }
            var none: [ContentAssembly] = []
            #expect(throws: ProtocolViolation.self) { try none.take(method: start) }
        }
    }

    @Test("A content on a channel that nobody opened is a violation", arguments: [0, 2, 65_535] as [UInt16])
    func strangeChannel(channel: UInt16) {
        for frame in [Frame.body(0..<1, channel: channel), .contentHeader(0..<1, channel: channel)] {
            var (contents, bound) = ([ContentAssembly()], ReadBound())
            let bytes: [UInt8] = [1]
            #expect(throws: ProtocolViolation.self) { try contents.take(frame, in: bytes.span, bound: &bound) }
        }
    }
}

extension [ContentAssembly] {
    fileprivate mutating func take(method payload: [UInt8]) throws {
        var bound = ReadBound()
        let other = try take(.method(0..<payload.count, channel: 1), in: payload.span, bound: &bound)
        #expect(other == nil)
    }
}
