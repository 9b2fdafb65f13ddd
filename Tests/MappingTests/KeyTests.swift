import Messages
import Settings
import Testing

@Suite("The document key")
struct KeyTests {
    @Test(
        "is a string of ArangoDB's characters, unescaped, or a whole number by its digits",
        arguments: [
            (#""abc""#, "abc"),
            (#""A-Z_a-z.09@()+,=;$!*'%:""#, "A-Z_a-z.09@()+,=;$!*'%:"),
            (#""\u0041\u002Db""#, "A-b"),
            ("0", "0"),
            ("-7", "-7"),
            ("123456789012345678901234567890", "123456789012345678901234567890"),
        ])
    func accepted(json: String, key: String) throws {
        #expect(try plan(#"{"id":\#(json)}"#, processor(.update)).key.text == key)
    }

    @Test("has 1 to 254 bytes")
    func length() throws {
        #expect(try plan(#"{"id":"\#(String(repeating: "k", count: 254))"}"#, processor(.update)).key.text.utf8.count == 254)
        #expect(refusal(#"{"id":""}"#)?.detail == "the document key at /id is empty")
        #expect(
            refusal(#"{"id":"\#(String(repeating: "k", count: 255))"}"#)?.detail
                == "the document key at /id has 255 bytes; ArangoDB takes at most 254")
    }

    @Test(
        "holds none of the other characters",
        arguments: [
            " ", "/", "#", "&", "?", "<", ">", "[", "]", "^", "`", "{", "}", "|", "~", "\\\\", "\\\"", "\\/", "\\u0000", "\\n", "\u{7F}",
            "é", "\u{1F600}",
        ])
    func illegal(character: String) {
        let refusal = refusal(#"{"id":"ab\#(character)c"}"#)
        #expect(refusal?.reason == .badKey)
        #expect(refusal?.detail.hasPrefix("the document key at /id holds a character at its byte 2 that ArangoDB does not take") == true)
    }

    @Test(
        "is refused, with its place, when it is anything else",
        arguments: [
            (#"{}"#, "the document key is missing: the message has nothing at /id"),
            (#"{"ID":1}"#, "the document key is missing: the message has nothing at /id"),
            (#"{"id":null}"#, "the document key at /id is null; it must be a string or a whole number"),
            (#"{"id":true}"#, "the document key at /id is true or false; it must be a string or a whole number"),
            (#"{"id":{}}"#, "the document key at /id is an object; it must be a string or a whole number"),
            (#"{"id":["a"]}"#, "the document key at /id is an array; it must be a string or a whole number"),
            (#"{"id":1.0}"#, "the document key at /id is a number that is not written as a whole number in plain digits"),
            (#"{"id":1e3}"#, "the document key at /id is a number that is not written as a whole number in plain digits"),
            (#"{"id":-0}"#, "the document key at /id is a number that is not written as a whole number in plain digits"),
        ])
    func refused(body: String, detail: String) {
        #expect(refusal(body) == Refusal(.badKey, detail))
    }

    @Test(
        "is found by pointer: array elements by canonical index, names as they read, never by '-'",
        arguments: [
            ("/a/0/b", #"{"a":[{"b":"k"}]}"#),
            ("/a/10", #"{"a":[0,1,2,3,4,5,6,7,8,9,"k"]}"#),
            ("/a/0", #"{"a":{"0":"k"}}"#),
            ("/a/01", #"{"a":{"01":"k"}}"#),
            ("/a/-", #"{"a":{"-":"k"}}"#),
            ("/a~1b/m~0n", #"{"a/b":{"m~n":"k"}}"#),
            ("/", #"{"":"k"}"#),
            ("//", #"{"":{"":"k"}}"#),
            ("/é/x", #"{"\u00e9":{"\u0078":"k"}}"#),
            ("/x/y", #"{"x":{"z":{"y":1},"y":"k"},"y":2}"#),
        ])
    func found(path: String, body: String) throws {
        #expect(
            try plan(body, processor(.update, key: path) { $0.map = [AttributeMapping(attribute: "a", pointer: pointer("/x"))] }).key.text
                == "k")
    }

    @Test(
        "is not found by an index that is none, or a name that only looks the same",
        arguments: [
            ("/a/01", #"{"a":["x","k"]}"#),
            ("/a/-", #"{"a":["k"]}"#),
            ("/a/+0", #"{"a":["k"]}"#),
            ("/a/1", #"{"a":["k"]}"#),
            ("/a/99999999999999999999", #"{"a":["k"]}"#),
            ("/a", #"{"A":"k"}"#),
            ("/\u{E9}", "{\"e\u{301}\":\"k\"}"),
            ("/a/b", #"{"a":"k"}"#),
        ])
    func notFound(path: String, body: String) {
        #expect(refusal(body, processor(.invalidate, key: path))?.reason == .badKey)
    }
}
