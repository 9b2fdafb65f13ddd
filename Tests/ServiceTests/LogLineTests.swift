import FoundationEssentials
import Logging
import Testing

@testable import Service

@Suite("Log lines")
struct LogLineTests {
    private let time = Date(timeIntervalSince1970: 1_763_800_000.25)

    @Test("For people: time, level, text and facts in a fixed order")
    func text() {
        let line = LogStyle.text.line(.warning, "Write failed", ["collection": "companies", "attempt": "2/5"], at: time)
        #expect(line == "08:26:40.250 warning  Write failed  attempt=2/5  collection=companies\n")
    }

    @Test("For programs: one JSON object a line")
    func json() {
        let line = LogStyle.json.line(.notice, "Stopped", ["error": "said \"no\"\nand left"], at: time)
        #expect(line == #"{"time":"2025-11-22T08:26:40.250Z","level":"notice","message":"Stopped","error":"said \"no\"\nand left"}"# + "\n")
    }

    @Test("For the journal: the priority in front, no time of our own")
    func journal() {
        #expect(LogStyle.journal.line(.error, "Lost", [:], at: time) == "<3>Lost\n")
    }

    @Test(
        "A value from outside cannot end a line or look like another fact",
        arguments: [
            ("a\nb", #""a\nb""#), ("a b=c", #""a b=c""#), ("", #""""#), ("ü", "ü"), ("\u{1B}[31m", #""\u001b[31m""#),
        ])
    func quoting(value: String, printed: String) {
        #expect(LogStyle.text.line(.info, "X", ["k": .string(value)], at: time).hasSuffix("X  k=\(printed)\n"))
    }
}
