import Formats
import Testing

@Suite("Percent-encoding (RFC 3986 section 2.1)") struct PercentEncodingTests {
    @Test("What is encoded comes back", arguments: ["", "company-sync", "a/b c%d", "é\u{0}\u{7F}", "?&=+"])
    func roundTrip(text: String) {
        #expect(text.percentEncoded.percentDecoded == text)
    }

    @Test(
        "All but the unreserved characters is escaped, in capital digits",
        arguments: [("AZaz09-._~", "AZaz09-._~"), ("a b/c", "a%20b%2Fc"), ("é\u{7}%", "%C3%A9%07%25"), ("?&=+", "%3F%26%3D%2B")])
    func encoding(text: String, expected: String) {
        #expect(text.percentEncoded == expected)
    }

    @Test(
        "An escape that is broken, or bytes that are not UTF-8, give nothing",
        arguments: [
            ("%2f%2F", "//"), ("a+b", "a+b"), ("%C3%A9", "é"), ("%", nil), ("%2", nil), ("a%2", nil), ("%2g", nil), ("% 2", nil),
            ("%+2", nil), ("%C3", nil), ("%FF", nil), ("%ED%A0%80", nil), ("%00", "\0"),
        ] as [(String, String?)])
    func decoding(text: String, expected: String?) {
        #expect(text.percentDecoded == expected)
    }
}
