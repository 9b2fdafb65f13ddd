import FoundationEssentials
import Testing

@testable import Settings

@Suite("etc/warren.toml, the file as installed")
struct ShippedFileTests {
    private let text: String
    private let example: String

    init() throws {
        func read(_ name: String) throws -> String {
            let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../etc/\(name)")
            return try #require(String(validating: try Data(contentsOf: file), as: UTF8.self))
        }
        text = try read("warren.toml")
        example = try read("examples/processors.toml")
    }

    @Test("It has no processor, and nothing else is wrong with it: installed, it consumes nothing")
    func noProcessor() {
        let found = mistakes(text)
        #expect(found.count == 1 && found.first?.hasPrefix("t.toml: processor: there is none") == true, "\(found)")
    }

    @Test("It says the defaults, and the example in conf.d adds the three processors of the company register")
    func contents() throws {
        var expected = Settings()
        for (name, operation) in [("updated", ProcessorSettings.Operation.update), ("invalidated", .invalidate), ("sync", .sync)] {
            var processor = ProcessorSettings(
                name: "company-\(name)", queue: "company.\(name)", operation: operation, collection: "companies",
                key: try #require(JSONPointer("/id")))
            processor.version = JSONPointer("/version")
            expected.processors.append(processor)
        }
        #expect(try load(text + example) == expected)
        #expect(try load(example) == expected)
    }

    @Test("It is still right with every key that it shows commented out set")
    func uncommented() throws {
        // A commented key looks like one; prose does not.
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.firstMatch(of: /^# (?=\[|[a-z_]+ +=)/) == nil ? line : line.dropFirst(2)
        }
        let found = mistakes(lines.joined(separator: "\n"))
        #expect(found.count == 1)
        // The one key that needs another choice than the default shown beside it.
        #expect(found.first?.hasSuffix("expire_after: has no effect here: it belongs to on_invalidate = \"expire\"") == true, "\(found)")
    }

    @Test("It mentions every known key, in the section that the key belongs to")
    func everyKey() throws {
        let keys =
            known(SettingsDraft.keys.map(\.outline), in: [])
            + known(ProcessorDraft.keys.map(\.outline), in: ["processor"])
        var shown: Set<[String]> = []
        var section: [String] = []
        for line in text.split(separator: "\n") {
            if let header = line.firstMatch(of: /^(?:# )?\[+([a-z_.]+)\]+$/) {
                section = header.1.split(separator: ".").map { String($0) }
            } else if let key = line.firstMatch(of: /^(?:# )?([a-z_]+) +=/) {
                shown.insert(section + [String(key.1)])
            }
        }
        #expect(Set(keys) == shown)
    }

    private func known(_ keys: [KeyOutline], in section: [String]) -> [[String]] {
        keys.flatMap { key in
            switch key.form {
            case .table(let keys): return known(keys, in: section + [key.name])
            case .tables(let keys): return [section + [key.name]] + known(keys, in: section + [key.name])
            default: break
            }
            return key.name != "processor" ? [section + [key.name]] : []
        }
    }
}
