import FoundationEssentials
import Testing

@testable import ControlMessages
@testable import ControlServer

@Suite("Strict JSON") struct JSONReaderTests {
    @Test(
        "What RFC 8259 allows is read as it is meant, numbers as they are written",
        arguments: [
            (" \t\r\n{ } ", JSONValue.object([])), ("[]", .array([])), ("[ 1 , -0.5e+3 ]", [.number("1"), .number("-0.5e+3")]),
            (#"{"b":true,"a":null}"#, ["b": true, "a": .null]), ("false", false), ("0", 0), ("\"\"", ""),
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""é\u00e9\ud83d\ude00x""#, "éé😀x"),
            (#"{"a":{"b":[[]]}}"#, ["a": ["b": [[]]]]),
        ] as [(String, JSONValue)])
    func valid(text: String, value: JSONValue) throws {
        #expect(try JSONReader.read(Array(text.utf8)) == value)
    }

    @Test(
        "Anything else is refused, with the place",
        arguments: [
            ("", 0), ("  ", 2), ("{", 1), ("[1,]", 3), (#"{"a":1,}"#, 7), (#"{"a":1,"a":1}"#, 7), (#"{"a":1,"\u0061":1}"#, 7), ("{a:1}", 1),
            (#"{"a" 1}"#, 5), (#"{"a":}"#, 5), (#"{"a":1 "b":1}"#, 7), ("[1 2]", 3), ("01", 0), ("-", 1), ("1.", 2), ("1e", 2), ("+1", 0),
            (".5", 0),
            ("NaN", 0), ("tru", 0), ("nulll", 4), ("1 1", 2), ("\u{FEFF}1", 0), ("\"\n\"", 1), ("\"a", 2), (#""\x""#, 1), (#""\u12g4""#, 1),
            (#""\u+123""#, 1), (#""\ud800""#, 1), (#""\ud800\u0041""#, 1), (#""\udc00""#, 1), ("\"\\", 2), ("'a'", 0), ("1//", 1),
            ("[1}", 2),
        ] as [(String, Int)])
    func invalid(text: String, offset: Int) {
        let fault = #expect(throws: JSONReader.Fault.self, "\(text)") { try JSONReader.read(Array(text.utf8)) }
        #expect(fault?.offset == offset, "\(text): \(fault?.reason ?? "")")
    }

    @Test("Bytes that are no UTF-8, and a NUL, are refused") func notText() {
        for bytes: [UInt8] in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0], [0x22, 0, 0x22], [0x31, 0],
        ] {
            #expect(throws: JSONReader.Fault.self) { try JSONReader.read(bytes) }
        }
    }

    @Test("Neither depth nor number of values is without bound") func bounds() throws {
        let deepest = JSONReader.deepest
        func nested(_ depth: Int) -> [UInt8] { Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8) }
        _ = try JSONReader.read(nested(deepest + 1))
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(nested(deepest + 2)) }
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(nested(1_000_000)) }
        func list(_ count: Int) -> [UInt8] { Array("[\(Array(repeating: "1", count: count).joined(separator: ","))]".utf8) }
        _ = try JSONReader.read(list(JSONReader.mostValues - 1))
        #expect(throws: JSONReader.Fault.self) { try JSONReader.read(list(JSONReader.mostValues)) }
    }

    @Test("Whatever comes, nothing breaks; and what is read another reader takes as well, and it comes back as it was") func anything()
        throws
    {
        let seeds = [
            #"{"all":true,"limit":-1.5e+10,"id":"\u00e9\ud83d\ude00\n","x":[null,false,{}]}"#, #"[{"a":[[1],{"b":"c"}]},0,""]"#,
            #" {"reason" : "é" } "#,
        ].map { Array($0.utf8) }
        let pieces = [#"""#, #"\"#, "\\u", "{", "}", "[", "]", ",", ":", "0", "-", "e", ".", "\u{FEFF}", "\u{0}", "é", "true", "nul", " "]
            .map { Array($0.utf8) }
        var random = Seeded(state: 42)
        var accepted = 0
        for _ in 0..<20_000 {
            var bytes = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let index = Int.random(in: 0..<max(1, bytes.count), using: &random)
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: min(index, bytes.count))
                case 1 where index < bytes.count: bytes.remove(at: index)
                default: if index < bytes.count { bytes[index] = UInt8.random(in: 0...255, using: &random) }
                }
            }
            guard let value = try? JSONReader.read(bytes) else { continue }
            accepted += 1
            #expect(try JSONReader.read(value.text) == value)
            #expect(throws: Never.self, "\(String(decoding: bytes, as: UTF8.self))") {
                _ = try JSONDecoder().decode(JSONAnything.self, from: Data(bytes))
            }
        }
        #expect(accepted > 1000)
    }

    @Test("What is written is read again", arguments: ["", "a\"b\\c", "\u{0}\u{1F}\u{7F}\n", "é😀"]) func roundTrip(text: String) throws {
        let value: JSONValue = ["a": [.string(text), .null, true, 5], "b": .object([])]
        #expect(try JSONReader.read(value.text) == value)
    }
}

/// Takes any value, and looks into it no further.
private struct JSONAnything: Decodable {
    init(from decoder: any Decoder) {}
}

/// The same numbers in each run (splitmix64).
private struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
