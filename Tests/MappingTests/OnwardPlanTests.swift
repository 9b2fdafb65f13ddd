import Messages
import Settings
import Testing

@testable import Mapping

@Suite("What others are told about a message")
struct EmissionTests {
    private func telling(
        _ routingKey: String, body: EmitSettings.Body = .document, _ change: (inout ProcessorSettings) -> Void = { _ in }
    ) throws -> Mapper {
        var emit = EmitSettings(exchange: "company.events", routingKey: try RoutingKeyTemplate(routingKey))
        emit.body = body
        return mapper(
            processor(.sync, version: "/version") {
                $0.emit = emit
                change(&$0)
            })
    }

    private func text(_ onward: OnwardPlan, _ write: PlannedWrite, _ outcome: OnwardPlan.Outcome = .written, revision: String? = nil)
        -> String
    {
        String(decoding: onward.body(of: write, outcome, revision: revision), as: UTF8.self)
    }

    @Test(
        "The routing key is filled from the message: strings as they read, numbers and truth values as they are written",
        arguments: [
            ("company.synced", "company.synced"), ("c.{/country}", "c.DE"), ("{/country}.{/n}.{/ok}", "DE.1.50.true"),
            ("{/quoted}", "a\"b"),
            ("{/dotted}.x", "a.b.x"), ("{/deep/0/x}", "y"), ("{{{/country}}}", "{DE}"), ("{/empty}", ""),
        ])
    func routingKey(template: String, key: String) throws {
        var mapper = try telling(template)
        let message =
            #"{"id":"1","version":1,"country":"DE","n":1.50,"ok":true,"quoted":"a\"b","dotted":"a.b","deep":[{"x":"y"}],"empty":""}"#
        let write = try mapper.plan(delivery(message), receivedAt: 0).get()
        #expect(write.onward?.routingKey == key)
        #expect(write.onward?.exchange == "company.events")
    }

    @Test(
        "A message that gives no value for a placeholder is refused before anything is written",
        arguments: [
            (#"{"id":"1","version":1}"#, "a part of the routing key is missing: the message has nothing at /country"),
            (
                #"{"id":"1","version":1,"country":null}"#,
                "the part of the routing key at /country is null; it must be a string, a number, true or false"
            ),
            (
                #"{"id":"1","version":1,"country":{}}"#,
                "the part of the routing key at /country is an object; it must be a string, a number, true or false"
            ),
            (#"{"id":"1","version":1,"country":"\u0000"}"#, "the part of the routing key at /country holds a NUL character"),
            (
                #"{"id":"1","version":1,"country":"\#(String(repeating: "x", count: 254))"}"#,
                "the routing key for exchange company.events has 256 bytes; AMQP takes at most 255"
            ),
        ])
    func refusal(message: String, detail: String) throws {
        var mapper = try telling("c.{/country}")
        #expect(throws: Refusal(.badRoutingKey, detail)) { try mapper.plan(delivery(message), receivedAt: 0).get() }
    }

    @Test("A document is told as it is sent")
    func document() throws {
        var mapper = try telling("k") { $0.set = [AttributeConstant(attribute: "source", json: "\"crm\"")] }
        let write = try mapper.plan(delivery(#"{ "id":"1","version":1, "n":1.50 }"#), receivedAt: 0).get()
        let onward = try #require(write.onward)
        #expect(text(onward, write) == #"{"_key":"1","id":"1","version":1, "n":1.50,"source":"crm"}"#)
        #expect(!onward.needsRevision)
    }

    @Test("An event tells what was done, with the revision where there is one")
    func event() throws {
        var mapper = try telling("k", body: .event)
        let write = try mapper.plan(delivery(#"{"id":"1","version":7}"#), receivedAt: 0).get()
        let onward = try #require(write.onward)
        let start = #"{"operation":"sync","processor":"sync","collection":"companies","key":"1","version":7,"#
        #expect(text(onward, write, revision: "_a") == start + #""outcome":"written","revision":"_a"}"#)
        #expect(text(onward, write, .stale) == start + #""outcome":"stale"}"#)
        #expect(onward.needsRevision)
    }

    @Test("The original is told byte for byte, compressed if it came so")
    func original() throws {
        var mapper = try telling("{/id}", body: .original)
        let body = #"{ "id":"1","version":7 }"#
        let write = try mapper.plan(delivery(body), receivedAt: 0).get()
        let onward = try #require(write.onward)
        #expect(onward.isOriginal)
        #expect(text(onward, write) == body)
    }
}
