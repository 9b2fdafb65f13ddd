import Messages
import Settings
import Testing

@testable import Mapping

/// The content type of structured mode.
private let asJSON = "application/cloudevents+json; charset=utf-8"
/// What every event must have.
private let needed = #""specversion":"1.0","id":"e1","source":"/crm","type":"company.updated""#

private func attribute(_ name: String) -> JSONPointer { JSONPointer(attribute: name) ?? JSONPointer() }

@Suite("Messages in CloudEvents")
struct CloudEventTests {
    /// A processor that takes events, with its key in the data.
    private static func taking(_ operation: ProcessorSettings.Operation = .update, _ change: (inout ProcessorSettings) -> Void = { _ in })
        -> Mapper
    {
        mapper(
            processor(operation) {
                $0.envelope = .cloudevents
                change(&$0)
            })
    }

    /// A delivery with a content type and headers, as on the wire.
    private static func event(
        _ body: String, contentType: String = "", headers: [(String, [UInt8])] = [], contentEncoding: ContentEncoding = .identity
    ) -> Delivery {
        var table: [UInt8] = []
        for (name, field) in headers { table += [UInt8(name.utf8.count)] + name.utf8 + field }
        let properties: [UInt8] =
            [0xA0, 0x00, UInt8(contentType.utf8.count)] + contentType.utf8 + [0, 0, UInt8(table.count >> 8), UInt8(table.count & 0xFF)]
            + table
        return Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: contentEncoding, timestamp: nil,
            bytes: Array(body.utf8) + properties, bodyBytes: body.utf8.count)
    }

    private static func text(_ value: String) -> [UInt8] { [UInt8(ascii: "S"), 0, 0, 0, UInt8(value.utf8.count)] + value.utf8 }

    /// Headers of an event in binary mode.
    private static func headers(_ prefix: String, specversion: String = "1.0", _ more: [(String, [UInt8])] = []) -> [(String, [UInt8])] {
        [("specversion", specversion), ("id", "e1"), ("source", "/crm"), ("type", "company.updated")].map { (prefix + $0, text($1)) } + more
    }

    @Test("Structured: pointers start in the data, and the data is what is stored")
    func structured() throws {
        var mapper = Self.taking { $0.version = JSONPointer("/version") }
        let body = #"{\#(needed),"data": { "id":"7","version":3,"n":1.50 }}"#
        let write = try mapper.plan(Self.event(body, contentType: asJSON), receivedAt: 0).get()
        #expect(write.text == #"{"_key":"7","id":"7","version":3,"n":1.50}"#)
        #expect(write.version == 3)
        #expect(write.eventID == "e1")
        #expect(write.heldBytes == write.delivery.bytes.count, "nothing is copied")
    }

    @Test("Binary: the body is the data, the attributes are headers", arguments: ["cloudEvents:", "cloudEvents_"])
    func binary(prefix: String) throws {
        var mapper = Self.taking()
        let body = #"{"id":"7","n":1.50}"#
        let write = try mapper.plan(Self.event(body, contentType: "application/json", headers: Self.headers(prefix)), receivedAt: 0).get()
        #expect(write.text == #"{"_key":"7","id":"7","n":1.50}"#)
        #expect(write.eventID == "e1")
        #expect(write.heldBytes == write.delivery.bytes.count)
    }

    @Test("Data in Base64 is decoded; it is held beside the delivery")
    func base64() throws {
        var mapper = Self.taking()
        let body = #"{\#(needed),"data_base64":"eyJpZCI6IjciLCJuIjoxLjUwfQ=="}"#
        let write = try mapper.plan(Self.event(body, contentType: asJSON), receivedAt: 0).get()
        #expect(write.text == #"{"_key":"7","id":"7","n":1.50}"#)
        #expect(write.heldBytes == write.delivery.bytes.count + 19)
    }

    /// The same event in all three ways.
    private static let sameEvent: [Delivery] = [
        event(#"{\#(needed),"time":"2024-05-06T07:08:09Z","data":{"n":1}}"#, contentType: asJSON),
        event(
            #"{\#(needed),"time":"2024-05-06T07:08:09Z","data_base64":"eyJuIjoxfQ=="}"#, contentType: asJSON),
        event(#"{"n":1}"#, headers: headers("cloudEvents:", [("cloudEvents:time", text("2024-05-06T07:08:09Z"))])),
    ]

    @Test("Attributes are named without a slash: as key, version, value and in the routing key", arguments: 0..<3)
    func attributes(way: Int) throws {
        var emit = EmitSettings(exchange: "x", routingKey: try RoutingKeyTemplate("{type}.{/n}"))
        emit.body = .document
        var mapper = Self.taking {
            $0.key = attribute("id")
            $0.version = attribute("time")
            $0.map = [
                AttributeMapping(attribute: "n", pointer: pointer("/n")),
                AttributeMapping(attribute: "kind", pointer: attribute("type")),
            ]
            $0.emit = emit
        }
        let write = try mapper.plan(Self.sameEvent[way], receivedAt: 0).get()
        #expect(write.text == #"{"_key":"e1","version":1714979289000000000,"n":1,"kind":"company.updated"}"#)
        #expect(write.onward?.routingKey == "company.updated.1")
    }

    @Test("A version that is a number is one in every mode")
    func numericVersion() throws {
        var mapper = Self.taking { $0.version = attribute("rank") }
        for delivery in [
            Self.event(#"{\#(needed),"rank":12,"data":{"id":"7"}}"#, contentType: asJSON),
            Self.event(#"{"id":"7"}"#, headers: Self.headers("cloudEvents:", [("cloudEvents:rank", Self.text("12"))])),
            Self.event(#"{"id":"7"}"#, headers: Self.headers("cloudEvents:", [("cloudEvents:rank", [UInt8(ascii: "I"), 0, 0, 0, 12])])),
        ] { #expect(try mapper.plan(delivery, receivedAt: 0).get().version == 12) }
    }

    @Test("The event's time is the message's time, for the time of a mark", arguments: 0..<2)
    func time(way: Int) throws {
        var mapper = Self.taking(.invalidate) { $0.key = attribute("id") }
        let write = try mapper.plan(Self.sameEvent[way], receivedAt: 0).get()
        #expect(write.text.contains(#""invalidated_at":"2024-05-06T07:08:09Z""#))
    }

    @Test(
        "What is no event, or not a whole one, is refused with the reason",
        arguments: [
            (
                #"{"id":"7"}"#, "",
                "the message is no CloudEvent: it has neither content-type application/cloudevents+json nor the header cloudEvents:specversion"
            ),
            (#"[]"#, asJSON, "the event is no object, as CloudEvents' JSON format wants it"),
            (#"{"id":"e","source":"s","type":"t","data":{}}"#, asJSON, "the event has no attribute specversion"),
            (
                #"{"specversion":"0.3","id":"e","source":"s","type":"t","data":{}}"#, asJSON,
                "the event's specversion is \"0.3\"; 1.0 is understood"
            ),
            (#"{"specversion":"1.0","source":"s","type":"t","data":{}}"#, asJSON, "the event has no attribute id"),
            (#"{"specversion":"1.0","id":"e","source":"","type":"t","data":{}}"#, asJSON, "the event has no attribute source"),
            (#"{"specversion":"1.0","id":"e","source":"s","data":{}}"#, asJSON, "the event has no attribute type"),
            (#"{\#(needed)}"#, asJSON, "the event has no data"),
            (#"{\#(needed),"data":null}"#, asJSON, "the event has no data"),
            (#"{\#(needed),"data":{},"data_base64":""}"#, asJSON, "the event has data and data_base64; it must be one of them"),
            (#"{\#(needed),"data_base64":"x"}"#, asJSON, "the event's data_base64 is no Base64 text"),
            (
                #"{\#(needed),"time":"today","data":{}}"#, asJSON,
                "the event's time is text, but no RFC 3339 time like 2024-05-06T07:08:09.123Z"
            ),
            (
                #"[]"#, "application/cloudevents-batch+json",
                "content-type \"application/cloudevents-batch+json\": of CloudEvents' formats only application/cloudevents+json is read"
            ),
        ])
    func refused(body: String, contentType: String, detail: String) {
        var mapper = Self.taking()
        #expect(throws: Refusal(.badEnvelope, detail)) {
            try mapper.plan(Self.event(body, contentType: contentType), receivedAt: 0).get()
        }
    }

    @Test(
        "In binary mode as well",
        arguments: [("1.1", "{}", "the event's specversion is \"1.1\"; 1.0 is understood"), ("1.0", "", "the event has no data")])
    func refusedBinary(specversion: String, body: String, detail: String) {
        var mapper = Self.taking()
        #expect(throws: Refusal(.badEnvelope, detail)) {
            try mapper.plan(Self.event(body, headers: Self.headers("cloudEvents:", specversion: specversion)), receivedAt: 0).get()
        }
    }

    @Test("Faults of the data are told as ever")
    func dataFaults() {
        var mapper = Self.taking()
        let missing = Self.event(#"{\#(needed),"data":{"n":1}}"#, contentType: asJSON)
        #expect(throws: Refusal(.badKey, "the document key is missing: the message has nothing at /id")) {
            try mapper.plan(missing, receivedAt: 0).get()
        }
        let noJSON = Self.event(#"{\#(needed),"data":{"n":01}}"#, contentType: asJSON)
        #expect(throws: Refusal.self) { try mapper.plan(noJSON, receivedAt: 0).get() }
        var byTime = Self.taking { $0.version = attribute("time") }
        #expect(throws: Refusal(.badVersion, "the version is missing: the event has no attribute time")) {
            try byTime.plan(Self.event(#"{\#(needed),"data":{"id":"7"}}"#, contentType: asJSON), receivedAt: 0).get()
        }
    }

    @Test("A plain processor takes an event as any message")
    func plain() throws {
        let body = #"{\#(needed),"data":{"id":"7"}}"#
        #expect(try plan(body, processor(.update)).key.text == "e1")
    }
}
