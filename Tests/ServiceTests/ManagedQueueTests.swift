import FoundationEssentials
import Testing

@testable import Service

/// The answers are those of RabbitMQ 3.10.8, 4.0.5 and 4.3.6.
@Suite("What the management API tells of a queue") struct ManagedQueueTests {
    private func queue(_ text: String) throws -> ManagedQueue { try JSONDecoder().decode(ManagedQueue.self, from: Data(text.utf8)) }

    @Test("Type, arguments, policies and the limit that holds are read") func whole() throws {
        let text =
            #"{"arguments":{"x-queue-type":"quorum","x-single-active-consumer":true},"auto_delete":false,"consumers":2,"delivery_limit":7,"durable":true,"#
            + #""effective_policy_definition":{"dead-letter-exchange":"x","delivery-limit":7,"message-ttl":100000},"operator_policy":"op","policy":"pol","#
            + #""type":"quorum"}"#
        #expect(
            try queue(text)
                == ManagedQueue(
                    type: "quorum", isDurable: true, isAutoDelete: false, arguments: ["x-single-active-consumer": "true"],
                    policies: ["pol", "op"], settings: ["dead-letter-exchange": "x", "delivery-limit": "7", "message-ttl": "100000"],
                    deliveryLimit: 7, consumers: 2))
    }

    @Test("What is lacking is unknown, and what is empty is known to be empty") func lacking() throws {
        #expect(try queue("{}") == ManagedQueue())
        let empty = try queue(#"{"arguments":[],"effective_policy_definition":[],"policy":null,"operator_policy":""}"#)
        #expect(empty.arguments == [:] && empty.settings == [:] && empty.policies.isEmpty)
        #expect(try queue(#"{"delivery_limit":"unlimited"}"#).deliveryLimit == .max)
    }

    @Test("What is not as expected is unknown, not a reason to fail or to believe") func odd() throws {
        let odd = try queue(
            #"{"type":7,"durable":"yes","arguments":"none","effective_policy_definition":{"a":{"b":[1]}},"delivery_limit":1e99,"consumers":"many"}"#
        )
        #expect(odd == ManagedQueue(settings: ["a": "…"]))
        #expect(throws: (any Error).self) { try queue("[]") }
        #expect(throws: (any Error).self) { try queue("<html>") }
    }
}
