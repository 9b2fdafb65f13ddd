import Store
import Testing

@testable import Commands

@Suite("The proof's table") struct ProofTableTests {
    private let rows = [
        ProofRow(
            name: "version-lower-update", assumption: "A write with a lower version changes nothing", done: "version N, then N-1",
            answer: "written; stale; stored so", verdict: .proven),
        ProofRow(
            name: "keep-null", assumption: "An update keeps an attribute that it sets to null", done: "a document and an update",
            answer: "document 1 has a not at all instead of null", verdict: .failed),
        ProofRow(
            name: "graph", assumption: "A named graph is what was asked for", done: "a graph", answer: "forbidden\u{1B}[2J (errorNum 11)",
            verdict: .notProven, grant: "as root: PUT …"),
    ]

    @Test("It has a line for each assumption: verdict, assumption, what was done, what came back") func columns() {
        let lines = ProofTable(rows, width: 220).lines
        #expect(lines.count == 4)
        #expect(lines[0].split(separator: " ").map(String.init) == ["VERDICT", "ASSUMPTION", "DONE", "CAME", "BACK"])
        #expect(lines[1].hasPrefix("proven      version-lower-update: A write with a lower version changes nothing  "))
        #expect(lines[1].hasSuffix("written; stale; stored so"))
        #expect(lines[2].hasPrefix("FAILED      keep-null: ") && lines[3].hasPrefix("not proven  graph: "))
        let starts = zip(lines, ["CAME", "written", "document 1", "forbidden"]).map { line, start in
            line.firstRange(of: start).map { line.distance(from: line.startIndex, to: $0.lowerBound) }
        }
        #expect(Set(starts).count == 1, "columns stand below each other")
    }

    @Test("Cells are wrapped to the terminal's width, and nothing is lost", arguments: [60, 80, 119, 120, 132, 160])
    func wrapping(width: Int) {
        let lines = ProofTable(rows, width: width).lines
        #expect(lines.allSatisfy { $0.count <= width })
        let words = Set(lines.flatMap { $0.split(separator: " ") })
        for row in rows {
            for word in "\(row.assumption) \(row.done)".split(separator: " ") { #expect(words.contains(word), "\(word)") }
        }
    }

    @Test("What a server said moves no cursor") func escapes() {
        for width in [80, 200] { #expect(!ProofTable(rows, width: width).lines.joined().contains("\u{1B}")) }
    }

    @Test(
        "Long words are broken",
        arguments: [("", [""]), ("a b", ["a b"]), ("abcdef gh", ["abcd", "ef", "gh"]), ("ab cd ef", ["ab", "cd", "ef"])])
    func words(text: String, lines: [String]) { #expect(ProofTable.wrapped(text, 4) == lines) }

    @Test("A sentence counts the verdicts") func sentence() {
        #expect(ProofTable(rows).sentence == "3 assumptions: 1 proven, 1 failed, 1 not proven")
    }
}
