import Testing

@testable import Settings

@Suite("Long and deep configurations") struct SizeTests {
    @Test(
        "What is nested too deep is refused with its line, whichever way it is nested",
        arguments: [
            "[\(Array(repeating: "a", count: 20_000).joined(separator: "."))]",
            "\(Array(repeating: "a", count: 20_000).joined(separator: ".")) = 1",
            "[[\(Array(repeating: "a", count: 66).joined(separator: "."))]]", "a = \(String(repeating: "[", count: 20_000))",
            "a = \(String(repeating: "{a = ", count: 20_000))",
            "a = \(String(repeating: "{a.b.c = ", count: 30))1\(String(repeating: "}", count: 30))",
            "[\(Array(repeating: "a", count: 40).joined(separator: "."))]\n\(Array(repeating: "a", count: 40).joined(separator: ".")) = 1",
        ])
    func depth(text: String) {
        let line = text.split(separator: "\n").count + 1
        let found = mistakes("\n\(text)\n\(processor)")
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("t.toml:\(line): not valid TOML: lists and tables are nested more than 64 deep") == true)
    }

    @Test("64 levels are not too deep")
    func deepest() throws {
        let list = "\(String(repeating: "[", count: 62))\(String(repeating: "]", count: 62))"
        #expect(try load("\(processor)set = { a = \(list) }").processors[0].set[0].json == list)
        _ = try TOMLParser.parse("[\(Array(repeating: "a", count: 63).joined(separator: "."))]\nb = 1", file: "t.toml")
    }

    /// The time that loading `text` takes at best, of three.
    private func time(_ text: String) -> Duration {
        let times = (0..<3).map { _ in ContinuousClock().measure { _ = mistakes(text) } }
        return times.min() ?? .zero
    }

    @Test(
        "Sixteen times as much takes nothing like the square of the time",
        arguments: [
            { (n: Int) in (0..<n).map { processor.replacing("\"p\"", with: "\"p\($0)\"").replacing("\"q\"", with: "\"q\($0)\"") }.joined()
            },
            { n in processor + "[processor.set]\n" + (0..<n * 10).map { "a\($0) = 1\n" }.joined() },
            { n in processor + "[processor.map]\n" + (0..<n * 10).map { "a\($0) = \"/a\"\n" }.joined() },
            { n in processor + "[x]\n" + (0..<n * 10).map { "a\($0) = 1\n" }.joined() },
        ] as [@Sendable (Int) -> String])
    func linear(text: @Sendable (Int) -> String) {
        let (small, large) = (time(text(100)), time(text(1600)))
        // 16 times would be exact, 256 the square.
        #expect(large < small * 100 + .seconds(1))
    }

    @Test("Of many mistakes the first hundred are shown, and the rest are counted")
    func manyMistakes() throws {
        let text = processor + "[rabbitmq]\n" + (0..<250).map { "prefetch\($0) = 1\n" }.joined()
        let errors = #expect(throws: SettingsErrors.self) { try load(text) }
        #expect(errors?.errors.count == 250)
        #expect(errors?.lines.count == 101)
        #expect(errors?.lines.last == "and 150 more mistakes like these or others: mend these first")
    }

    @Test("A key of any length makes a line that can be read")
    func longKey() {
        let key = String(repeating: "k", count: 100_000)
        for line in mistakes("\(processor)\(key) = 1\n") + mistakes("\(key) = 1\n\(key) = 1") { #expect(line.utf8.count < 2000) }
    }

    @Test("hold may be what the documentation says", arguments: [("1TiB", 1 << 40), ("1TB", 1_000_000_000_000), ("1024GiB", 1 << 40)])
    func largestHold(text: String, bytes: Int) throws {
        #expect(try load("rabbitmq.hold = \"\(text)\"\n\(processor)").rabbitmq.holdBytes == bytes)
        #expect(
            mistakes("rabbitmq.hold = \"2TiB\"\n\(processor)") == ["t.toml:1: rabbitmq.hold = \"2TiB\": must be from 1MiB to 1TiB"])
    }

    @Test("A duration beyond all counting is refused", arguments: ["9999999999d", "9223372036854775807d", "99999999999999999999s"])
    func longDuration(text: String) {
        #expect(mistakes("service.drain = \"\(text)\"\n\(processor)").count == 1)
    }
}
