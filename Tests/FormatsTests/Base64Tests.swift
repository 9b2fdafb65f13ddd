import Formats
import Testing

@Suite("Base64 (RFC 4648)") struct Base64Tests {
    @Test(
        "Base64 is read as RFC 4648 writes it, and nothing else",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zg=", nil), ("Zg", nil), ("Z===", nil),
            ("Zm-v", nil), ("====", nil),
        ] as [(String, String?)])
    func reading(text: String, expected: String?) {
        #expect(Base64.decode(Array(text.utf8)[...]).map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test(
        "It is written as the RFC's section 10 does",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
        ])
    func writing(text: String, expected: String) {
        #expect(Base64.encode(text.utf8) == expected)
    }

    @Test("All bytes come back, at each length", arguments: 0..<6) func roundTrip(dropped: Int) {
        let bytes = Array(UInt8.min...UInt8.max).dropLast(dropped)
        #expect(Base64.decode(Array(Base64.encode(bytes).utf8)[...]) == Array(bytes))
    }

    @Test(
        "The URL-safe alphabet is read with padding or without",
        arguments: [
            ("", []), ("-_8", [0xFB, 0xFF]), ("Zg", [0x66]), ("Zm9v", Array("foo".utf8)), ("Zg==", [0x66]), ("Zg=", nil), ("Z", nil),
            ("Z%", nil),
        ]
            as [(String, [UInt8]?)])
    func urlSafe(text: String, expected: [UInt8]?) {
        #expect(Base64.decodeURLSafe(text) == expected)
    }
}
