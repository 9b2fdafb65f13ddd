import Formats
import JSONOracle
import Testing

/// A text in which `‹E5›` is one byte that UTF-8 text cannot show.
func bytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Substring(text)
    while let scalar = rest.unicodeScalars.popFirst() {
        if scalar == "‹", let byte = UInt8(String(rest.prefix(2)), radix: 16) {
            bytes.append(byte)
            rest = rest.dropFirst(3)
        } else {
            bytes += Array(String(scalar).utf8)
        }
    }
    return bytes
}

/// The cases of github.com/nst/JSONTestSuite (`test_parsing`), with its names and by its contents.
@Suite("The grammar of RFC 8259")
struct GrammarTests {
    @Test("takes every text that is JSON (y_)", arguments: ValidTexts.all)
    func valid(name: String, text: String) {
        #expect(fault(bytes(text)) == nil)
        #expect(ReferenceJSON(bytes(text)) != nil)
    }

    @Test("refuses every text that is not JSON (n_)", arguments: InvalidTexts.all)
    func invalid(name: String, text: String) {
        #expect(fault(bytes(text)) != nil)
        #expect(ReferenceJSON(bytes(text)) == nil)
    }

    @Test("takes numbers of any size, because their digits are only handed on (i_number)", arguments: ValidTexts.hugeNumbers)
    func hugeNumber(name: String, text: String) {
        #expect(fault(bytes(text)) == nil)
    }

    @Test("refuses strings that have no UTF-8 (i_string)", arguments: InvalidTexts.brokenStrings)
    func brokenString(name: String, text: String, kind: JSONFault.Kind) {
        #expect(fault(bytes(text))?.kind == kind)
        #expect(ReferenceJSON(bytes(text)) == nil)
    }

    @Test("is cut off at 64 levels: one more is refused, a hundred thousand are no danger")
    func depth() {
        func nested(_ levels: Int) -> [UInt8] {
            Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
        }
        #expect(fault(nested(64)) == nil)
        #expect(fault(nested(65)) == JSONFault(.tooDeep, at: 64))
        #expect(fault(nested(100_000))?.kind == .tooDeep)
        #expect(fault(Array(String(repeating: #"[{"":"#, count: 50_000).utf8))?.kind == .tooDeep)
        #expect(fault(Array(String(repeating: #"{"a":"#, count: 64).utf8))?.kind == .endOfText)
        #expect(fault(Array(String(repeating: #"{"a":"#, count: 65).utf8))?.kind == .tooDeep)
    }

    @Test(
        "tells what is wrong and before which byte",
        arguments: [
            ("", JSONFault.Kind.empty, 0),
            (" \n", .empty, 0),
            ("‹EF›‹BB›‹BF›{}", .byteOrderMark, 0),
            (#"{"a":1"#, .endOfText, 6),
            (#"{"a":1,}"#, .unexpectedByte, 7),
            (#"[1 2]"#, .unexpectedByte, 3),
            (#"[01]"#, .badNumber, 1),
            (#"[1.]"#, .badNumber, 3),
            (#"[-]"#, .badNumber, 2),
            (#"[-"#, .endOfText, 2),
            ("[\"a\u{1}\"]", .controlCharacter, 3),
            (#"["a\x"]"#, .badEscape, 3),
            (#"["a\ud800"]"#, .loneSurrogate, 3),
            ("[\"a‹FF›\"]", .badUTF8, 3),
            (#"{} x"#, .trailingText, 3),
            (#"{"a":1,"a":2}"#, .duplicateName, 7),
            (#"[trxe]"#, .unexpectedByte, 3),
        ])
    func kinds(text: String, kind: JSONFault.Kind, offset: Int) {
        #expect(fault(bytes(text)) == JSONFault(kind, at: offset))
    }
}
