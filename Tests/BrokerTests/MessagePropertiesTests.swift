import Messages
import Testing

@testable import Broker

@Suite("Properties for publishing again")
struct MessagePropertiesTests {
    @Test("Without anything to add they stay byte for byte, with all fourteen present")
    func unchanged() throws {
        let encoded = EncodedProperties.all(userID: "me")
        #expect(try #require(MessageProperties(encoded[...])).encoded(adding: [], as: "me", limit: 1000) == encoded)
    }

    @Test("Added headers come behind those that were there, and nothing else moves")
    func added() throws {
        let result = MessageProperties(EncodedProperties.all(userID: "me")[...])?.encoded(
            adding: [("warren-reason", .string("bad-key"))], as: "me", limit: 1000)
        #expect(result == EncodedProperties.all(userID: "me", extra: [("warren-reason", .string("bad-key"))]))
    }

    @Test("A header of the same name is replaced, so that parking again does not pile them up")
    func replaced() throws {
        let before = EncodedProperties.headers([("warren-attempts", .integer(1)), ("x", .boolean(true))])
        let after = MessageProperties(before[...])?.encoded(adding: [("warren-attempts", .integer(5))], as: "me", limit: 1000)
        #expect(after == EncodedProperties.headers([("x", .boolean(true)), ("warren-attempts", .integer(5))]))
    }

    @Test("Messages without properties or without headers get headers")
    func noHeaders() throws {
        let expected = EncodedProperties.headers([("a", .integer(-1))])
        #expect(MessageProperties([])?.encoded(adding: [("a", .integer(-1))], as: "me", limit: 1000) == expected)
        #expect(MessageProperties([0, 0])?.encoded(adding: [("a", .integer(-1))], as: "me", limit: 1000) == expected)
        #expect(MessageProperties([0, 0])?.encoded(adding: [], as: "me", limit: 1000) == [0, 0])
        // Delivery mode only: it comes behind the headers.
        let persistent = MessageProperties([0x10, 0x00, 2])?.encoded(adding: [("a", .integer(-1))], as: "me", limit: 1000)
        #expect(persistent == [0x30, 0x00] + expected.dropFirst(2) + [2])
    }

    @Test("A user id that is not ours would be refused: it moves into a header")
    func foreignUserID() throws {
        let result = try #require(
            MessageProperties(EncodedProperties.all(userID: "other")[...])?.encoded(adding: [], as: "me", limit: 1000))
        #expect(result == EncodedProperties.all(userID: nil, extra: [("warren-user-id", .string("other"))]))
    }

    @Test("A dead letter never expires and is persistent; what it was stands in headers, and everything else stays as it is")
    func parked() throws {
        let properties = try #require(MessageProperties(EncodedProperties.all(userID: "me", mode: 1)[...]))
        let result = try #require(properties.encoded(adding: [("a", .integer(1))], as: "me", passage: .parked, limit: 1000))
        #expect(
            result
                == EncodedProperties.all(
                    userID: "me", expiration: nil,
                    extra: [("warren-delivery-mode", .integer(1)), ("warren-expiration", .string("60000")), ("a", .integer(1))]))
        // Published a second time: there are no such properties any more, and the headers stay.
        let again = try #require(MessageProperties(result[...]))
        for passage in [Passage.parked, .onward] { #expect(again.encoded(adding: [], as: "me", passage: passage, limit: 1000) == result) }
    }

    @Test(
        "At home again it is byte for byte what was sent, but for what Warren added", arguments: [nil, 0, 1, 2, 7] as [UInt8?],
        ["60000", nil])
    func home(mode: UInt8?, expiration: String?) throws {
        let sent = EncodedProperties.all(userID: "me", expiration: expiration, mode: mode)
        let parked = try #require(MessageProperties(sent[...])?.encoded(adding: [], as: "me", passage: .parked, limit: 1000))
        let delivery = Self.delivery(parked)
        #expect(delivery.propertyFields.first { $0.name == "delivery-mode" }?.text == "2")
        #expect(!delivery.propertyFields.contains { $0.name == "expiration" })
        let home = try #require(
            MessageProperties(parked[...])?.encoded(adding: [("r", .integer(1))], as: "me", passage: .home, limit: 1000))
        // A mode that AMQP does not have is not put back.
        let kept: [(name: String, value: HeaderValue)] = mode == 7 ? [("warren-delivery-mode", .integer(7))] : []
        let back: UInt8? = mode == 7 ? 2 : mode == 0 ? nil : mode
        #expect(home == EncodedProperties.all(userID: "me", expiration: expiration, mode: back, extra: kept + [("r", .integer(1))]))
    }

    @Test(
        "Any publisher may have written the headers: what RabbitMQ would refuse stays a header",
        arguments: [
            ("warren-expiration", .string("soon")), ("warren-expiration", .string("-1")), ("warren-expiration", .string("")),
            ("warren-expiration", .string("4294967296")), ("warren-expiration", .integer(5)), ("warren-delivery-mode", .integer(3)),
            ("warren-delivery-mode", .string("1")), ("warren-user-id", .string("other")), ("warren-cc", .string("q")),
            ("warren-bcc", .string("q")),
        ] as [(String, HeaderValue)])
    func forged(name: String, value: HeaderValue) throws {
        let sent = EncodedProperties.all(userID: nil, expiration: nil, extra: [(name, value)])
        #expect(try #require(MessageProperties(sent[...])).encoded(adding: [], as: "me", passage: .home, limit: 1000) == sent)
    }

    @Test("What a queue has counted is not said of a copy in another queue, or of a new one in the same")
    func counts() throws {
        let counted = EncodedProperties.headers([
            ("x-delivery-count", .integer(15)), ("x", .boolean(true)), ("x-acquired-count", .integer(16)),
        ])
        for passage in [Passage.onward, .parked, .home] {
            let copy = try #require(MessageProperties(counted[...])?.encoded(adding: [], as: "me", passage: passage, limit: 1000))
            #expect(Set(Self.delivery(copy).headers.keys).isSubset(of: ["x", "warren-delivery-mode"]))
        }
    }

    @Test("CC and BCC headers would route the copy a second time: they keep their value under another name", arguments: ["CC", "BCC"])
    func secondRouting(name: String) throws {
        let renamed = MessageProperties(EncodedProperties.headers([(name, .string("q")), ("cc", .integer(1))])[...])?.encoded(
            adding: [], as: "me", limit: 1000)
        #expect(renamed == EncodedProperties.headers([("warren-\(name.lowercased())", .string("q")), ("cc", .integer(1))]))
    }

    @Test("If not all headers fit in a frame, the added ones do, and of the message's own the largest is left out and told")
    func limit() throws {
        let added: [(name: String, value: HeaderValue)] = [("a", .integer(1)), ("b", .string("text"))]
        let own: [(name: String, value: HeaderValue)] = [
            ("x", .boolean(true)), ("big", .string(String(repeating: "x", count: 3000))),
            ("y", .string(String(repeating: "y", count: 1000))),
        ]
        let properties = try #require(MessageProperties(EncodedProperties.headers(own)[...]))
        let whole = EncodedProperties.headers(own + added)
        let isWhole = properties.encoded(adding: added, as: "me", limit: whole.count) == whole
        #expect(isWhole)
        let short = EncodedProperties.headers([own[0], own[2]] + added + [("warren-omitted", .string("big (3005 bytes)"))])
        let isShort = properties.encoded(adding: added, as: "me", limit: whole.count - 1) == short
        #expect(isShort)
    }

    @Test("What was left out once is told for good, also when more is left out later")
    func omittedBefore() throws {
        let own: [(name: String, value: HeaderValue)] = [
            ("warren-omitted", .string("big (9000 bytes)")), ("more", .string(String(repeating: "x", count: 4000))),
        ]
        let properties = try #require(MessageProperties(EncodedProperties.headers(own)[...]))
        #expect(properties.encoded(adding: [], as: "me", limit: 10_000) == EncodedProperties.headers(own))
        let again = Self.delivery(try #require(properties.encoded(adding: [("a", .integer(1))], as: "me", limit: 4000)))
        #expect(again.headers == ["a": .integer(1), "warren-omitted": .string("big (9000 bytes), more (4005 bytes)")])
    }

    @Test("However full the header frame is, a parked message's three names come first, and the frame's limit holds")
    func full() throws {
        let names: [(name: String, value: HeaderValue)] = [
            ("warren-reason", .string("bad-key")), ("warren-letter", .string(String(repeating: "0", count: 32))),
            ("warren-processor", .string("updated")), ("warren-error", .string(String(repeating: "e", count: 5000))),
        ]
        let own = (0..<400).map { (name: "header-\($0)", value: HeaderValue.string(String(repeating: "x", count: 400))) }
        let properties = try #require(MessageProperties(EncodedProperties.all(userID: "other", extra: own)[...]))
        for limit in [4076, 131_052] {
            let result = try #require(properties.encoded(adding: names, as: "me", passage: .parked, limit: limit))
            #expect(result.count <= limit && result.count > limit - 1000)
            let headers = Self.delivery(result).headers
            for (name, value) in names.prefix(3) { #expect(headers[name] == value) }
            #expect(headers["warren-user-id"] == .string("other"))
            guard case .string(let omitted)? = headers["warren-omitted"] else { return #expect(Bool(false), "nothing is told") }
            #expect(omitted.utf8.count <= MessageProperties.mostOmittedText)
        }
        #expect(properties.encoded(adding: names, as: "me", limit: 3) == nil)
    }

    @Test("Properties that cannot be read are left out, told, and kept as hexadecimal digits")
    func unreadable() throws {
        let publication = Publication(
            exchange: "", routingKey: "q", body: [], encodedProperties: [0, 1], unreadable: .unknownFlags(1),
            headers: [("warren-reason", .string("bad-properties"))])
        let delivery = Self.delivery(try #require(MessageProperties.encoded(publication, as: "me", limit: 4076)))
        #expect(delivery.headers["warren-reason"] == .string("bad-properties"))
        #expect(delivery.headers["warren-properties"] == .string("0001"))
        #expect(delivery.headers["warren-omitted"] == .string("all properties (the property flags 0x1 are not those of AMQP 0-9-1)"))
        #expect(delivery.propertyFields.map(\.name) == ["delivery-mode"])
    }

    @Test("A header with tables too deep within each other is left out, because librabbitmq would call itself as often")
    func nested() throws {
        func nested(_ depth: Int) -> [UInt8] {
            (0..<depth).reduce([0x56]) { inner, _ in
                let table = [1, 65] + inner
                return [0x46] + UInt32(table.count).bigEndianBytes + table
            }
        }
        for (depth, isKept) in [(FieldReader.mostNesting, true), (FieldReader.mostNesting + 1, false), (10_000, false)] {
            let entry = [1, 0x78] + nested(depth)
            let encoded = [0x20, 0] + UInt32(entry.count).bigEndianBytes + entry
            let properties = try #require(MessageProperties(encoded[...]))
            let result = try #require(properties.encoded(adding: [], as: "me", limit: 131_052))
            #expect((result == encoded) == isKept)
            #expect((Self.delivery(result).headers["warren-omitted"] == nil) == isKept)
        }
    }

    private static func delivery(_ properties: [UInt8]) -> Delivery {
        Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: properties, bodyBytes: 0)
    }

    @Test("Every kind of header value is passed over whole")
    func allKinds() {
        let values: [[UInt8]] = [
            [0x56], [0x74, 1], [0x62, 1], [0x42, 1], [0x73, 0, 1], [0x75, 0, 1], [0x49, 0, 0, 0, 1], [0x69, 0, 0, 0, 1],
            [0x66, 0, 0, 0, 1],
            [0x44, 2, 0, 0, 0, 1], [0x6C] + [UInt8](repeating: 0, count: 8), [0x4C] + [UInt8](repeating: 0, count: 8),
            [0x64] + [UInt8](repeating: 0, count: 8), [0x54] + [UInt8](repeating: 0, count: 8), [0x53, 0, 0, 0, 1, 65],
            [0x78, 0, 0, 0, 1, 0],
            [0x41, 0, 0, 0, 2, 0x74, 1], [0x46, 0, 0, 0, 3, 1, 65, 0x56],
        ]
        for value in values {
            var reader = FieldReader((value + [0xFF])[...])
            #expect(reader.fieldValue()?.elementsEqual(value) == true, "type \(value[0])")
            #expect(reader.rest == [0xFF])
            for length in 0..<value.count {
                var cut = FieldReader(value.prefix(length))
                #expect(cut.fieldValue() == nil)
            }
        }
    }

    @Test("What is cut off, has something left over or is of an unknown kind is no encoding")
    func malformed() {
        let whole = EncodedProperties.all(userID: "me")
        for length in 1..<whole.count { #expect(MessageProperties(whole.prefix(length)) == nil, "\(length) bytes") }
        #expect(MessageProperties((whole + [0])[...]) == nil)
        #expect(MessageProperties([0, 1, 0, 0]) == nil)
        #expect(MessageProperties([0x20, 0, 0, 0, 0, 3, 1, 65, 0x7A]) == nil)
    }
}
