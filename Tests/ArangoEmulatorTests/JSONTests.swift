import Testing

@testable import ArangoEmulator

@Suite("JSON")
struct JSONTests {
    @Test(
        "What was parsed is written again digit for digit and in its order, without blanks",
        arguments: [
            (#"{ "b" : 1.50 , "a" : [ 1e300 , -0 , 12345678901234567890123 ] }"#, #"{"b":1.50,"a":[1e300,-0,12345678901234567890123]}"#),
            (#"[true,false,null,{},[],""]"#, #"[true,false,null,{},[],""]"#),
            (#""\u00e9\/\ud83d\ude00\n\u0001\\\"""#, #""é/😀\n\u0001\\\"""#),
            ("\"e\u{301}\"", "\"e\u{301}\""),
        ])
    func roundTrip(text: String, expected: String) throws {
        #expect(try JSONParser.parse(text).text == expected)
    }

    @Test(
        "What RFC 8259 does not allow is refused",
        arguments: [
            "", "{", "[1,]", "{\"a\":1,}", "{1:2}", "01", "1.", ".5", "+1", "1e", "nul", "[1 2]", "\"a", "\"\t\"", "\"\\x\"", "\"\\u12g4\"",
            "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "{} {}", "NaN", "'a'",
        ])
    func refused(text: String) {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(text) }
    }

    @Test(
        "Invalid UTF-8 is refused",
        arguments: [[0x22, 0xff, 0x22], [0x22, 0xc3, 0x22], [0x22, 0x5c, 0x6e, 0xed, 0xa0, 0x80, 0x22]] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        #expect(throws: JSONSyntaxError(message: "Invalid UTF-8 sequence")) { try JSONParser.parse(bytes) }
    }

    @Test(
        "A duplicate name at any depth is refused, however it is escaped",
        arguments: [
            #"{"a":1,"a":2}"#, #"[{"x":{"a":1,"b":2,"\u0061":3}}]"#,
            "{" + (0..<40).map { "\"k\($0 % 39)\":0" }.joined(separator: ",") + "}",
        ])
    func duplicates(text: String) {
        #expect(throws: JSONSyntaxError(message: "duplicate attribute name")) { try JSONParser.parse(text) }
    }

    @Test("Names that only look the same are two names")
    func sameLook() throws {
        let object = try #require(try JSONParser.parse("{\"\u{e9}\":1,\"e\u{301}\":2}").object)
        #expect(object["\u{e9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("Nesting has a limit, so no body can exhaust the stack")
    func depth() throws {
        let deepest = String(repeating: "[", count: JSONParser.depthLimit) + String(repeating: "]", count: JSONParser.depthLimit)
        #expect(try JSONParser.parse(deepest).array?.count == 1)
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(String(repeating: "[", count: 100_000)) }
    }
}
