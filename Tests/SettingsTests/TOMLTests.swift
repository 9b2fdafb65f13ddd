import Schedules
import Testing

@testable import Settings

@Suite("TOML 1.0")
struct TOMLTests {
    /// The document as JSON text, in the order of the file.
    private func json(_ text: String) throws -> String? { JSONText.text(of: try TOMLParser.parse(text, file: "t.toml")) }

    /// The fault of a text that is no TOML: `line:column problem`.
    private func fault(_ text: String) -> String? {
        do throws(TOMLFault) {
            _ = try TOMLParser.parse(text, file: "t.toml")
            return nil
        } catch {
            return "\(error.line):\(error.column) \(error.problem)"
        }
    }

    @Test(
        "Documents are read in the order of the file",
        arguments: [
            ("", "{}"),
            ("\u{FEFF}# comment only", "{}"),
            ("z = 1\na = 2\r\n\r\nm = 3 # x", #"{"z":1,"a":2,"m":3}"#),
            ("[a]\nb.c = 1\n  \"d e\" . 'f' = 2\n[ g . \"h.i\" ]\nj = 3", #"{"a":{"b":{"c":1},"d e":{"f":2}},"g":{"h.i":{"j":3}}}"#),
            ("[a.b]\nx = 1\n[a]\ny = 2", #"{"a":{"b":{"x":1},"y":2}}"#),
            (
                "[[p]]\nn = 1\n[p.r]\na = 1\n[[p.e]]\n[[p]]\n[[p.e]]\nx = 1\n[[p.e]]",
                #"{"p":[{"n":1,"r":{"a":1},"e":[{}]},{"e":[{"x":1},{}]}]}"#
            ),
            (
                "a = [ 1, # ]\n [2, 3] ,\n { x = \"}\", y.z = [\n4 ] } , ]\nb = {}\nc = []",
                #"{"a":[1,[2,3],{"x":"}","y":{"z":[4]}}],"b":{},"c":[]}"#
            ),
            ("true = false\n1 = 2\n- = 3\n\"\" = 4", #"{"true":false,"1":2,"-":3,"":4}"#),
        ])
    func documents(text: String, expected: String) throws {
        #expect(try json(text) == expected)
    }

    @Test(
        "Strings are unescaped, and may look like anything",
        arguments: [
            (#""\b\t\n\f\r\"\\é\u00e9\U0001F600 [x] # ="#, nil),
            (#""\b\t\n\f\r\"\\\u00e9\U0001F600 [x] # =""#, "\u{8}\t\n\u{C}\r\"\\é😀 [x] # ="),
            (#"'C:\n "x"'"#, #"C:\n "x""#),
            ("\"\"", ""),
            ("\"\"\"\"\"\"", ""),
            ("\"\"\"\nx\r\ny \"\" z\"\"\"\"\"", "x\ny \"\" z\"\""),
            ("\"\"\"a \\\n\n   b\\u0063\"\"\"", "a bc"),
            ("'''\n' '' \\'''''", "' '' \\''"),
            ("'''a\n[b]'''", "a\n[b]"),
            ("\"\\u0000\"", "\0"),
            ("\"\\q\"", nil),
            ("\"\\uD800\"", nil),
            ("\"\\u12\"", nil),
            ("\"a\nb\"", nil),
            ("'a\u{7F}'", nil),
            ("\"\"\"a\u{1}\"\"\"", nil),
            ("'''a", nil),
        ] as [(String, String?)])
    func strings(text: String, expected: String?) throws {
        let value = try? TOMLParser.parse("s = \(text)", file: "t.toml")
        #expect(value?.member("s")?.content == expected.map { .string($0) })
    }

    @Test(
        "Values without quotes",
        arguments: [
            ("0", "0"), ("+99", "99"), ("-17", "-17"), ("1_000", "1000"), ("0xDEAD_beef", "3735928559"), ("0o17", "15"), ("0b101", "5"),
            ("9223372036854775807", "9223372036854775807"), ("-9223372036854775808", "-9223372036854775808"), ("1.5", "1.5"),
            ("-0.25e-1", "-0.025"),
            ("5e+22", "5e+22"), ("1_0.0_1", "10.01"), ("true", "true"), ("1979-05-27", "\"1979-05-27\""), ("07:32:00.5", "\"07:32:00.5\""),
            ("1979-05-27 07:32:00z", "\"1979-05-27T07:32:00Z\""), ("2024-02-29t00:00:00-07:30", "\"2024-02-29T00:00:00-07:30\""),
            ("1979-05-27T07:32:00", "\"1979-05-27T07:32:00\""),
        ])
    func scalars(text: String, expected: String) throws {
        #expect(try json("v = \(text) # x") == "{\"v\":\(expected)}")
    }

    @Test(
        "What only looks like a value",
        arguments: [
            "x", "True", "01", "1__0", "_1", "1_", "0x", "+0x1", "0xG", "9223372036854775808", "1.", ".5", "1e", "1.e1", "1979-13-01",
            "2023-02-29",
            "1979-05-27T", "24:00:00", "07:60:00", "07:32", "1979-05-27T07:32:00+24:00", "infinity", "--1", "",
        ])
    func noScalars(text: String) {
        #expect(fault("v = \(text)")?.hasPrefix("1:5 expected a value") == true)
    }

    @Test(
        "A fault is told with line, column and what would be right",
        arguments: [
            ("a = 1 b", "1:7 expected the end of the line, found 'b'"),
            ("\n é = 1", "2:2 expected a key, found 'é'"),
            ("a b = 1", "1:3 expected = after the key, found 'b'"),
            ("a", "1:2 expected = after the key, found the end of the file"),
            ("a =\nb", "1:4 expected a value, found the end of the line"),
            ("[a", "1:3 expected ], found the end of the file"),
            ("[a b]", "1:4 expected ], found 'b'"),
            ("[/a]", "1:2 expected a key, found '/'"),
            ("[]", "1:2 expected a key, found ']'"),
            ("[[a]", "1:4 expected ]], found ']'"),
            ("[ [a]]", "1:3 expected a key, found '['"),
            ("[a] b = 1", "1:5 expected the end of the line, found 'b'"),
            ("a = [1, }", "1:9 expected a value, found '}'"),
            ("a = [1 2]", "1:8 expected , or ] in the list, found '2'"),
            ("a = [\n1,,\n]", "2:3 expected a value, found ','"),
            ("a = { b = 1, }", "1:14 expected a key, found '}'"),
            ("a = { b = 1\n}", "1:12 expected , or } on the same line, found the end of the line"),
            ("a = \"b\nc\"", "1:7 expected the string's closing quote, found the end of the line"),
            ("a = '''b\n\n", "1:8 the string that starts here has no closing quotes"),
            (
                "a = \"é\\x\"",
                "1:7 expected \\b, \\t, \\n, \\f, \\r, \\\", \\\\, \\uXXXX or \\UXXXXXXXX; a \\ itself is written \\\\, or in '…' as it is"
            ),
            ("# \u{1}", "1:3 a comment must not hold control characters"),
            ("a = 1\rb = 2", "1:6 expected the end of the line, found the end of the line"),
            ("a = 1\na = 2", "2:1 a is there already, since line 1"),
            ("[a]\n\n[a]", "3:1 a is there already, since line 1"),
            ("a.b = 1\n[a]", "2:1 a is there already, since line 1"),
            ("[[a]]\n[a]", "2:1 a is there already, since line 1"),
            ("a = []\n[[a]]", "2:1 a is there already, since line 1"),
            ("a = 1\n[a.b]", "2:1 a is no table that keys can be added to; it is there since line 1"),
            ("a = {}\na.b = 1", "2:1 a is no table that keys can be added to; it is there since line 1"),
            ("[[a.b]]\n[a]\nb.c = 1", "3:1 b is no table that keys can be added to; it is there since line 1"),
            ("[a.b]\n[a]\nb.c = 1", "3:1 b has a header of its own, in line 1: the key belongs there"),
            ("a = { b = 1, b = 2 }", "1:14 b is there already, since line 1"),
        ])
    func faults(text: String, expected: String) {
        #expect(fault(text) == expected)
    }

    @Test("Nesting has a bound")
    func nesting() {
        #expect(fault("a = " + String(repeating: "[", count: 64) + String(repeating: "]", count: 64)) == nil)
        #expect(fault("a = " + String(repeating: "[", count: 100_000)) == "1:69 lists and tables are nested more than 64 deep")
    }

    @Test("Values know the lines of their keys, elements their own")
    func lines() throws {
        let text = """
            a = [ 1,
              2,
              { x = 1 } ]
            b = '''

            '''
            [c.d]
            e = 1
            [[f]]
            [[f]]
            g = 1
            """
        let root = try TOMLParser.parse(text, file: "t.toml")
        let found = lines(of: root, path: "").map { "\($0.path) \($0.line)" }
        #expect(
            found == ["a 1", "a/0 1", "a/1 2", "a/2 3", "a/2/x 3", "b 4", "c 7", "c/d 7", "c/d/e 8", "f 9", "f/0 9", "f/1 10", "f/1/g 11"])
    }

    private func lines(of value: ConfigurationValue, path: String) -> [(path: String, line: Int)] {
        let below: [(String, ConfigurationValue)] =
            switch value.content {
            case .table(let members): members.map { ($0.name, $0.value) }
            case .list(let values): values.enumerated().map { ("\($0.offset)", $0.element) }
            default: []
            }
        return below.flatMap { name, value -> [(path: String, line: Int)] in
            guard case .file(_, let line?) = value.location else { return [] }
            let path = path.isEmpty ? name : "\(path)/\(name)"
            return [(path, line)] + lines(of: value, path: path)
        }
    }

    @Test("Whatever is cut off or put in, a text is read or has a fault inside it", arguments: UInt64(1)...10)
    func damage(seed: UInt64) {
        let whole = Array("a.b = [1, {c = \"\\u00e9\"}, '''x''', 1979-05-27 07:32:00]\n[[d.\"e\"]]\nf = \"\"\"g\"\"\" # h\n".utf8)
        let pieces = ["\"\"\"", "'", "[[", "]", "{", "}", "=", ".", ",", "#", "\\", "\n", "\r", " ", "0", "\u{0}", "é"]
        var random = SplitMix(seed: seed)
        for _ in 0..<200 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let location = Int.random(in: 0..<bytes.count, using: &random)
                let end = Bool.random(using: &random) ? location : location + 1
                bytes.replaceSubrange(location..<end, with: pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8)
            }
            let text = String(decoding: bytes.prefix(Int.random(in: 1...bytes.count, using: &random)), as: UTF8.self)
            do throws(TOMLFault) {
                _ = try TOMLParser.parse(text, file: "t.toml")
            } catch {
                let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                #expect((1...lines.count).contains(error.line), "seed \(seed): \(text)")
            }
        }
    }
}

extension ConfigurationValue {
    fileprivate func member(_ name: String) -> ConfigurationValue? {
        guard case .table(let members) = content else { return nil }
        return members.first { $0.name == name }?.value
    }
}
