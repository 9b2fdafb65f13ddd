import Testing

@testable import Settings

@Suite("Where the keys of a TOML text stand")
struct LocatorTests {
    /// Lines by path, the path written with slashes.
    private func lines(_ text: String) -> [String: Int] {
        var lines: [String: Int] = [:]
        for (path, position) in TOMLLocator(text).positions {
            let steps = path.map { step in
                switch step {
                case .key(let name): name
                case .index(let index): "\(index)"
                }
            }
            lines[steps.joined(separator: "/")] = position.line
        }
        return lines
    }

    @Test("Tables, dotted keys and quoted keys")
    func tables() {
        let text = """
            top = 1 # [not.a.table]

            [a]
            b.c = "x = 1"
              "d e" . 'f"' = 2
            "\\u0067\\t" = 3
            [ a . "h.i" ]
            j = 4
            """
        #expect(
            lines(text) == [
                "top": 1, "a": 3, "a/b": 4, "a/b/c": 4, "a/d e": 5, "a/d e/f\"": 5, "a/g\t": 6, "a/h.i": 7, "a/h.i/j": 8,
            ])
    }

    @Test("Arrays of tables count, and tables inside belong to the newest")
    func arraysOfTables() {
        let text = """
            [[p]]
            n = 1
            [p.r]
            a = 1
            [[p]]
            [[p.e]]
            x = 1
            [[p.e]]
            x = 2
            """
        #expect(
            lines(text) == [
                "p": 1, "p/0": 1, "p/0/n": 2, "p/0/r": 3, "p/0/r/a": 4, "p/1": 5, "p/1/e": 6, "p/1/e/0": 6, "p/1/e/0/x": 7, "p/1/e/1": 8,
                "p/1/e/1/x": 9,
            ])
    }

    @Test("Arrays and inline tables, over one line and several")
    func nested() {
        let text = """
            a = [ 1, # ]
                  [2, 3] ,
              { x = "}", y.z = [
                4 ] } ]
            b = {}
            c = []
            d = { e = { f = 1 }, g = 2 }
            """
        #expect(
            lines(text) == [
                "a": 1, "a/0": 1, "a/1": 2, "a/1/0": 2, "a/1/1": 2, "a/2": 3, "a/2/x": 3, "a/2/y": 3, "a/2/y/z": 3, "a/2/y/z/0": 4, "b": 5,
                "c": 6,
                "d": 7, "d/e": 7, "d/e/f": 7, "d/g": 7,
            ])
    }

    @Test("Strings that look like TOML")
    func strings() {
        let text = #"""
            a = """
            [x]
            y = 1 \""" "" """""
            b = '''
            ' '' [z]'''''
            c = "\" = ["
            d = 'C:\'
            e = ""
            f = ''
            g = """"""
            h = 1979-05-27 07:32:00
            """#
        #expect(lines(text) == ["a": 1, "b": 4, "c": 6, "d": 7, "e": 8, "f": 9, "g": 10, "h": 11])
    }

    @Test("Ends of lines as Windows writes them, and a byte order mark")
    func windows() {
        #expect(lines("\u{FEFF}a = 1\r\n\r\n[b]\r\nc = \"x\"\r\n") == ["a": 1, "b": 3, "b/c": 4])
    }

    @Test("Keys on one line keep their order")
    func order() throws {
        let positions = TOMLLocator("t = { z = 1, a = 2, m = 3 }").positions
        let names = ["a", "m", "z"].sorted { left, right in
            (positions[[.key("t"), .key(left)]]?.order ?? 0) < (positions[[.key("t"), .key(right)]]?.order ?? 0)
        }
        #expect(names == ["z", "a", "m"])
    }

    @Test("Any text ends, however broken")
    func broken() {
        let whole = "[a]\nb = [1, {c = \"\\u00e9\"}, '''x''']\n[[d.\"e\"]]\nf = \"\"\"g\"\"\" # h\n"
        for length in 0...whole.utf8.count {
            let text = String(decoding: whole.utf8.prefix(length), as: UTF8.self)
            #expect(lines(text + "=]}[\"\n").count >= lines(text).count)
        }
    }

    @Test("Whatever the parser accepts, every value of it has a line", arguments: UInt64(1)...20)
    func agreesWithParser(seed: UInt64) {
        var random = SplitMix64(state: seed)
        var accepted = 0
        for _ in 0..<100 {
            let source = ConfigurationSource(name: "t.toml", text: Self.damaged(&random))
            guard let value = try? source.parsed() else { continue }
            accepted += 1
            #expect(unplaced(value) == [], "seed \(seed): \(source.text)")
        }
        #expect(accepted > 0)
    }

    /// Every shape that TOML has, damaged in up to three places.
    private static func damaged(_ random: inout SplitMix64) -> String {
        let text = #"""
            a.b = [ 1, { c = "x", d = [ ] }, """
            y""", 'z' ]  # end
            "k.\"" = 1979-05-27 07:32:00
            [[t]]
            u = { v = { w = "\u00e9" }, x = 1 }
            [t.s]
            r = true
            [[t]]
            q = '\''
            [p.'o']
            """#
        let pieces = ["\"\"\"", "'''", "[[", "]]", "{a={}}", "\\u0041", "\r\n", "[\n1,\n[2]]", "\"", "'", "=", ".", ",", "#", "\\", "\n", " ", "0", "[", "}"]
        var bytes = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<bytes.count, using: &random)
            let piece = pieces[Int.random(in: 0..<pieces.count, using: &random)].utf8
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes.remove(at: place)
            case 1: bytes.insert(contentsOf: piece, at: place)
            default: bytes.replaceSubrange(place...place, with: piece)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Paths of the values without a line.
    private func unplaced(_ value: ConfigurationValue) -> [String] {
        let below: [(String, ConfigurationValue)] =
            switch value.content {
            case .table(let members): members.map { ($0.name, $0.value) }
            case .list(let values): values.enumerated().map { ("\($0.offset)", $0.element) }
            default: []
            }
        return below.flatMap { name, value in
            (value.place == .file("t.toml", line: nil) ? [name] : []) + unplaced(value).map { "\(name)/\($0)" }
        }
    }
}

/// A small seeded generator (Steele, Lea and Flood 2014), so that a failure can be repeated.
private struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
