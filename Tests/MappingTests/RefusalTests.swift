import Mapping
import Messages
import Settings
import Testing

@Suite("A refusal")
struct RefusalTests {
    @Test(
        "of broken text says what, before which byte, and where in the message",
        arguments: [
            ("", "not-json: the body is empty, or whitespace only"),
            (
                #"{"id":1,"relations":[{"type":"x"},{"type":01}]}"#,
                "not-json: a number that is not written as JSON numbers are, at byte 42, in /relations/1/type"
            ),
            ("{\"id\":1,\"name\":\"a\u{1}\"}", "not-json: a control character that is not escaped, at byte 17, in /name"),
            (
                #"{"id":1,"a":["x",{"b\/~c":"\ud800"}]}"#,
                "not-json: half of a surrogate pair (an escape of U+D800 to U+DFFF without its other half) at byte 27, in /a/1/b~1~0c"
            ),
            (#"{"id":1"#, "not-json: the text ends too early, at byte 7, in /id"),
            (#"{"id":1,"na"#, "not-json: the text ends too early, at byte 11"),
            (#"{"id":1,"a\u"#, "not-json: a backslash without one of JSON's escapes, at byte 10"),
            (#"{"id":1} {}"#, "not-json: something after the end of the JSON text, at byte 9"),
            (#"hello"#, "not-json: a byte that JSON does not have here, at byte 0"),
            (
                #"{"a":[{"id":1,"b":0,"id":2}]}"#,
                #"duplicate-name: attribute name "id" comes twice in one object, the second time at byte 20, in /a/0"#
            ),
            (#"{"id":1,"\u0069d":2}"#, #"duplicate-name: attribute name "id" comes twice in one object, the second time at byte 8"#),
        ])
    func place(body: String, text: String) {
        #expect(refusal(body)?.description == text)
    }

    @Test("shows names shortened, without control characters, and never a value")
    func excerpts() {
        let long = String(repeating: "n", count: 500)
        let refused = refusal(#"{"\u001b[31m\#(long)":{"secret":"s3cret","secret":"s3cret"}}"#)
        #expect(refused?.reason == .duplicateName)
        #expect(refused?.detail.contains("s3cret") == false)
        #expect(refused?.detail.contains("\u{1B}") == false)
        #expect(refused?.detail.contains("/\u{FFFD}[31m" + String(repeating: "n", count: 55) + "…") == true)
        let deep = String(repeating: #"{"\#(long)":"#, count: 60) + "x"
        #expect((refusal(deep)?.detail.count ?? .max) < 700)
    }

    @Test(
        "of a message that is no object says what it is",
        arguments: [
            ("[]", "the message is an array, but must be an object"),
            (#""a""#, "the message is a string, but must be an object"),
            ("1", "the message is a number, but must be an object"),
            ("true", "the message is true or false, but must be an object"),
            (" null ", "the message is null, but must be an object"),
        ])
    func notAnObject(body: String, detail: String) {
        #expect(refusal(body) == Refusal(.notAnObject, detail))
        #expect(refusal(body, processor(.sync)) == Refusal(.notAnObject, detail))
    }

    @Test(
        "of a message without the document it should hold names the place",
        arguments: [
            (#"{"id":1}"#, "the document to store is missing: the message has nothing at /d"),
            (#"{"id":1,"d":[]}"#, "the document to store, at /d, is an array, but must be an object"),
            (#"7"#, "the message is a number, so the document to store cannot be at /d"),
        ])
    func noDocument(body: String, detail: String) {
        #expect(refusal(body, processor(.update) { $0.document = pointer("/d") }) == Refusal(.notAnObject, detail))
    }

    @Test("of a bare value where a key should be found names the value's kind")
    func bareValue() {
        #expect(
            refusal("7", processor(.invalidate)) == Refusal(.notAnObject, "the message is a number, so the document key cannot be at /id"))
    }

    @Test("of a body over max_message comes before anything is read")
    func tooLarge() throws {
        var small = mapper(processor(.update), maxMessageBytes: 20)
        #expect(throws: Never.self) { try small.plan(delivery(#"{"id":1,"abcdef":12}"#), receivedAt: 0).get() }
        #expect(throws: Refusal(.tooLarge, "the body has 21 bytes; max_message allows 20")) {
            try small.plan(delivery(#"{"id":1,"abcdef":123"# + "!"), receivedAt: 0).get()
        }
    }

    @Test("of an unknown content-encoding names it")
    func encoding() {
        var mapper = mapper(processor(.update))
        #expect(throws: Refusal(.badEncoding, #"content-encoding "br" is unknown; gzip and identity are understood"#)) {
            try mapper.plan(delivery("{}", contentEncoding: .unknown("br")), receivedAt: 0).get()
        }
    }

    @Test("leaves no trace: the next message of the same mapper is planned as if it were the first")
    func noTrace() throws {
        var mapper = mapper(processor(.update), processor(.invalidate))
        for body in [#"{"_key":1,"id":2,"x":{"invalidated":1,"#, "[", #"{"id":"a","a":1,"a":2}"#, #"{"id":"no/key"}"#] {
            #expect(throws: Refusal.self) { try mapper.plan(delivery(body), receivedAt: 0).get() }
            #expect(
                try mapper.plan(delivery(#"{"id":3,"a":1}"#), receivedAt: 0).get().text == #"{"_key":"3","id":3,"a":1,"invalidated":false}"#
            )
        }
    }

    @Test("is never caused by what follows the body in the delivery's storage")
    func propertiesBehind() throws {
        var mapper = mapper(processor(.update))
        let bytes = Array(#"{"id":1}"#.utf8)
        let cut = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: ""), contentEncoding: .identity, timestamp: nil,
            bytes: bytes + Array(#","a":2}"#.utf8), bodyBytes: bytes.count)
        #expect(try mapper.plan(cut, receivedAt: 0).get().text == #"{"_key":"1","id":1}"#)
    }
}
