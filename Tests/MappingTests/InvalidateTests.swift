import Messages
import Settings
import Testing

@Suite("An invalidation")
struct InvalidateTests {
    @Test("marks, with its time, and stores nothing else of the message")
    func marks() throws {
        let write = try plan(
            #"{"id":"7","version":3,"reason":"bankrupt"}"#, processor(.invalidate, version: "/version"), timestamp: 1_700_000_000)
        #expect(write.text == #"{"_key":"7","invalidated":true,"version":3,"invalidated_at":"2023-11-14T22:13:20Z"}"#)
        #expect(write.target == WriteTarget(collection: "companies", mode: .update, versionAttribute: "version"))
        #expect(write.version == 3)
    }

    @Test("without a timestamp happened when it was received")
    func receivedAt() throws {
        #expect(
            try plan(#"{"id":7}"#, processor(.invalidate)).text
                == #"{"_key":"7","invalidated":true,"invalidated_at":"2024-05-06T07:08:09Z"}"#)
    }

    @Test("with a timestamp beyond the year 9999 (milliseconds, most likely) happened when it was received")
    func incredibleTimestamp() throws {
        for timestamp in [1_714_979_289_000, UInt64.max] {
            let text = try plan(#"{"id":7}"#, processor(.invalidate), timestamp: timestamp).text
            #expect(text == #"{"_key":"7","invalidated":true,"invalidated_at":"2024-05-06T07:08:09Z"}"#)
        }
    }

    @Test("marks with the attribute it is told to, plus constants and mapped values")
    func ownMark() throws {
        let closing = processor(.invalidate) {
            $0.mark = "closed"
            $0.set = [AttributeConstant(attribute: "source", json: #""crm""#), AttributeConstant(attribute: "closed", json: "0")]
            $0.map = [AttributeMapping(attribute: "why", pointer: pointer("/reason"))]
        }
        #expect(
            try plan(#"{"id":7,"reason":{"a":1}}"#, closing).text
                == #"{"_key":"7","closed":true,"source":"crm","closed_at":"2024-05-06T07:08:09Z","why":{"a":1}}"#)
    }

    @Test("that expires sets the time for the TTL index, in whole seconds")
    func expires() throws {
        let expiring = processor(.invalidate) {
            $0.onInvalidate = .expire
            $0.expireAfter = .seconds(60)
        }
        #expect(
            try plan(#"{"id":7}"#, expiring, timestamp: 10).text
                == #"{"_key":"7","invalidated":true,"invalidated_at":"1970-01-01T00:00:10Z","expires_at":70}"#)
    }

    @Test("that removes deletes, without version and without content")
    func removes() throws {
        let removing = processor(.invalidate, version: "/version") { $0.onInvalidate = .remove }
        let write = try plan(#"{"id":7}"#, removing)
        #expect(write.target == WriteTarget(collection: "companies", mode: .remove, versionAttribute: nil))
        #expect(write.document == DocumentText(source: [], runs: [], additions: []))
        #expect(write.version == nil)
        #expect(write.key.text == "7")
    }

    @Test("may be nothing but the key")
    func keyOnly() throws {
        let removing = processor(.invalidate, key: "") { $0.onInvalidate = .remove }
        #expect(try plan(#""c-7""#, removing).key.text == "c-7")
    }

    @Test("tells a version that is a time as the number that is compared")
    func timeVersion() throws {
        let write = try plan(#"{"id":7,"at":"1970-01-01T00:00:01.5Z"}"#, processor(.invalidate, version: "/at"))
        #expect(write.text == #"{"_key":"7","invalidated":true,"version":1500000000,"invalidated_at":"2024-05-06T07:08:09Z"}"#)
    }
}
