import FoundationEssentials
import Testing

@testable import Store

@Suite("The AQL texts that Warren sends") struct QueryTextTests {
    @Test("Each is one that the proof tries: no file words a query that it does not know") func known() throws {
        let store = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Store")
        let clause = try Regex(#"FOR \w+ IN |RETURN [A-Z{]|COLLECT "#)
        var found: Set<String> = []
        for folder in try FileManager.default.contentsOfDirectory(atPath: store.path(percentEncoded: false)) where !folder.contains(".") {
            for file in try FileManager.default.contentsOfDirectory(atPath: store.appending(path: folder).path(percentEncoded: false)) {
                guard file.hasSuffix(".swift") else { continue }
                let text = try String(contentsOf: store.appending(path: folder).appending(path: file), encoding: .utf8)
                let lines = text.split(separator: "\n").filter { !$0.contains("//") && $0.contains("\"") }
                if lines.contains(where: { $0.contains(clause) }) { found.insert("\(folder)/\(file)") }
            }
        }
        #expect(
            found == [
                "Administration/DocumentStore+Version.swift", "Documents/EdgePage.swift", "Resync/DocumentStore+Orphans.swift",
                "Resync/RunScope.swift",
            ])
    }

    @Test("The texts that the proof tries have every clause that those files word") func texts() {
        let sandbox = Sandbox(settings: .testing("http://a"), names: SandboxNames(seconds: 1_764_521_826))
        let texts = QueryData(sandbox).queries.map(\.query.query) + [Query.version.query]
        for clause in [
            "RETURN VERSION()", "COLLECT WITH COUNT INTO n RETURN n", "LIMIT @most FILTER DOCUMENT(d._from) == null", "d.@name3 == @value3",
            "d.@mark != true", "d.@placeholder != true", "d.@attribute == @run", "d.@attribute != @run",
            "LIMIT @most RETURN { key: d._key, rev: d._rev }", "d.@end == @vertex AND d.@stamp == @value", "stamp: d.@stamp }",
            "version: d.@version }",
        ] { #expect(texts.contains { $0.contains(clause) }, "\(clause)") }
    }
}
