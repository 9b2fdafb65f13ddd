import Formats
import Testing

@Suite("JSON strings (RFC 8259 section 7)") struct JSONStringTests {
    @Test(
        "Quotes, backslashes and control characters are escaped, and nothing else",
        arguments: [
            ("", #""""#), ("a/b é😀", #""a/b é😀""#), (#"a"\b"#, #""a\"\\b""#), ("\n\r\t", #""\n\r\t""#),
            ("\0\u{8}\u{C}\u{1F}", #""\u0000\u0008\u000c\u001f""#), ("\u{7F}\u{9F}", "\"\u{7F}\u{9F}\""),
        ])
    func quoted(text: String, expected: String) {
        #expect(JSONString.text(text) == expected)
        #expect(JSONString.value(Array(expected.utf8).span) == text)
    }

    @Test("For people the other control characters are escaped, too")
    func shown() {
        #expect(JSONString.shown("a\u{1B}\u{7F}\u{9B}é") == #""a\u001b\u007f\u009bé""#)
    }

    @Test(
        "A string is read, and what is none gives nothing",
        arguments: [
            (#""\u00e9\/\b\f""#, "é/\u{8}\u{C}"), (#""\ud83d\ude00""#, "😀"), ("\"", nil), ("", nil), ("1", nil), (#""a"b"#, nil),
            (#""\ud83d""#, nil), (#""\x""#, nil), ("\"\n\"", nil), (#""a"#, nil), (#""a\""#, nil),
        ] as [(String, String?)])
    func value(text: String, expected: String?) {
        #expect(JSONString.value(Array(text.utf8).span) == expected)
    }

    @Test(
        "Whole numbers are digits, and fit 64 bits",
        arguments: [
            ("0", 0), ("007", 7), ("18446744073709551615", .max), ("18446744073709551616", nil), ("", nil), ("-1", nil), ("1.0", nil),
        ]
            as [(String, UInt64?)])
    func whole(text: String, expected: UInt64?) {
        #expect(JSONNumber.value(ofDigits: Array(text.utf8).span) == expected)
    }
}
