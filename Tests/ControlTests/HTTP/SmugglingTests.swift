import Testing

/// The cases of Http11Probe in which two readers could disagree on where a request ends (SMUG), named as it names them. Where RFC 9112 lets a server guess,
/// this one refuses.
@Suite("Requests whose end could be misread") struct SmugglingTests {
    @Test("Length and coding", arguments: lengths) func length(_ wire: WireCase) async throws { try await wire.run() }
    @Test("Chunks", arguments: chunks) func chunk(_ wire: WireCase) async throws { try await wire.run() }

    static let lengths = [
        coded("SMUG-CL-TE-BOTH", "Content-Length: 5\r\nTransfer-Encoding: chunked", 400),
        coded("SMUG-TECL-PIPELINE", "Transfer-Encoding: chunked\r\nContent-Length: 30", 400),
        coded("h1spec: both, in varying case", "content-LengtH: 5\r\nTransFer-Encoding: chunked", 400),
        coded("SMUG-DUPLICATE-CL", "Content-Length: 5\r\nContent-Length: 10", 400),
        coded("the same length twice", "Content-Length: 5\r\nContent-Length: 5", 400),
        coded("SMUG-CL-COMMA-DIFFERENT", "Content-Length: 5, 10", 400),
        coded("SMUG-CL-COMMA-SAME", "Content-Length: 5, 5", 400),
        coded("SMUG-CL-NEGATIVE", "Content-Length: -1", 400),
        coded("SMUG-CL-NEGATIVE-ZERO", "Content-Length: -0", 400),
        coded("RFC9112-6.1-CL-NON-NUMERIC", "Content-Length: abc", 400),
        coded("RFC9112-6.1-CL-PLUS-SIGN", "Content-Length: +5", 400),
        coded("SMUG-CL-OCTAL", "Content-Length: 0o5", 400),
        coded("SMUG-CL-HEX-PREFIX", "Content-Length: 0x5", 400),
        coded("SMUG-CL-INTERNAL-SPACE", "Content-Length: 1 0", 400),
        coded("SMUG-CL-UNDERSCORE", "Content-Length: 1_0", 400),
        coded("MAL-CL-OVERFLOW", "Content-Length: 99999999999999999999", 400),
        coded("h1spec: an overflow below zero", "Content-Length: -123456789123456789123456789", 400),
        coded("MAL-CL-EMPTY", "Content-Length: ", 400),
        coded("SMUG-TE-XCHUNKED", "Transfer-Encoding: xchunked\r\nContent-Length: 5", 400),
        coded("SMUG-TE-TRAILING-SPACE", "Transfer-Encoding: chunked \r\nContent-Length: 5", 400),
        coded("SMUG-TE-SP-BEFORE-COLON", "Transfer-Encoding : chunked\r\nContent-Length: 5", 400),
        coded("SMUG-TE-DOUBLE-CHUNKED", "Transfer-Encoding: chunked, chunked", 400),
        coded("SMUG-TE-NOT-FINAL-CHUNKED", "Transfer-Encoding: chunked, gzip", 400),
        coded("SMUG-TE-DUPLICATE-HEADERS", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", 400),
        coded("SMUG-TE-EMPTY-VALUE", "Transfer-Encoding: ", 400),
        coded("SMUG-TE-LEADING-COMMA", "Transfer-Encoding: , chunked", 400),
        coded("SMUG-TE-TRAILING-COMMA", "Transfer-Encoding: chunked,", 400),
        coded("SMUG-CHUNKED-WITH-PARAMS", "Transfer-Encoding: chunked;ext=val", 400),
        coded("SMUG-TE-VTAB", "Transfer-Encoding: \u{B}chunked", 400),
        coded("SMUG-TE-FORMFEED", "Transfer-Encoding: \u{C}chunked", 400),
        coded("SMUG-TE-NULL", "Transfer-Encoding: chunked\0", 400),
        coded("SMUG-TE-OBS-FOLD", "Transfer-Encoding:\r\n chunked", 400),
        coded("COMP-UNKNOWN-TE-501", "Transfer-Encoding: gzip", 501),
        coded("a coding before chunked", "Transfer-Encoding: gzip, chunked", 501),
        coded("SMUG-TE-IDENTITY", "Transfer-Encoding: identity", 501),
        WireCase("SMUG-TE-HTTP10", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, .closes),
        taken("SMUG-CL-LEADING-ZEROS", "Content-Length: 005"),
        taken("SMUG-CL-TRAILING-SPACE", "Content-Length: 5 "),
        taken("SMUG-CL-EXTRA-LEADING-SP", "Content-Length:  5"),
        taken("MAL-CL-TAB-BEFORE-VALUE", "Content-Length:\t5"),
        taken("SMUG-TRANSFER_ENCODING", "Transfer_Encoding: chunked\r\nContent-Length: 5"),
    ]

    static let chunks = [
        chunked("SMUG-CHUNK-BARE-SEMICOLON", "5;\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-EXT-INVALID-TOKEN", "5;bad[=x\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-UNDERSCORE", "1_0\r\nhello world!!!!!\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-HEX-PREFIX", "0x5\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-SIZE-PLUS", "+5\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-NEGATIVE", "-1\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-SIZE-TRAILING-OWS", "5 \r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-LEADING-SP", " 5\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-MISSING-TRAILING-CRLF", "5\r\nhello0\r\n\r\n"),
        chunked("SMUG-CHUNK-EXT-LF", "5;\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-SPILL", "5\r\nhello!!\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-LF-TERM", "5\r\nhello\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-EXT-CTRL", "5;\0ext\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-EXT-CR", "5;a\rX\r\nhello\r\n0\r\n\r\n"),
        chunked("SMUG-CHUNK-LF-TRAILER", "5\r\nhello\r\n0\r\n\n"),
        chunked("SMUG-CHUNK-BARE-CR-TERM", "5\rhello\r\n0\r\n\r\n"),
        chunked("MAL-CHUNK-SIZE-OVERFLOW", "FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n"),
        chunked("MAL-CHUNK-EXT-64K", "5;ext=\(String(repeating: "a", count: 65_536))\r\nhello\r\n0\r\n\r\n"),
        chunked("no size", "\r\nhello\r\n0\r\n\r\n"),
        chunked("a quoted extension that does not end", "5;a=\"b\r\nhello\r\n0\r\n\r\n"),
        chunked("a trailer that is none", "5\r\nhello\r\n0\r\nnone\r\n\r\n"),
        chunked("trailers without end", "5\r\nhello\r\n0\r\n\(String(repeating: "X: yyyyyyyyyyyyyy\r\n", count: 4000))\r\n", 431),
        trailer("SMUG-TRAILER-CL", "Content-Length: 50"),
        trailer("SMUG-TRAILER-TE", "Transfer-Encoding: chunked"),
        trailer("SMUG-TRAILER-HOST", "Host: evil.example.com"),
        trailer("SMUG-TRAILER-AUTH", "Authorization: Bearer evil"),
        trailer("SMUG-TRAILER-CONTENT-TYPE", "Content-Type: text/evil"),
    ]

    /// A request that ends with its connection, whatever follows it.
    private static func coded(_ name: String, _ fields: String, _ status: Int) -> WireCase {
        WireCase(name, "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n0\r\n\r\n", status, .closes)
    }

    /// A request of five bytes.
    private static func taken(_ name: String, _ fields: String) -> WireCase {
        WireCase(name, "POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\nhello", 200, .goesOn, contains: "<hello>")
    }

    private static func chunked(_ name: String, _ body: String, _ status: Int = 400) -> WireCase {
        WireCase(name, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n\(body)", status, .closes)
    }

    /// Trailers say nothing that counts.
    private static func trailer(_ name: String, _ field: String) -> WireCase {
        let request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\(field)\r\n\r\n"
        return WireCase(name, request, 200, .goesOn, contains: "<hello>")
    }
}
