import Testing

@testable import Settings

/// "é" as one scalar, and as a letter with a combining accent: equal texts to Swift, two names to everybody else.
private let (composed, decomposed) = ("\u{E9}", "e\u{301}")

@Suite("Names that differ in Unicode normalisation only are two names") struct NameTests {
    /// A processor with these keys instead of those that it has.
    private func named(_ name: String, queue: String, collection: String = "c", _ more: String = "") -> String {
        "[[processor]]\nname = \"\(name)\"\nqueue = \"\(queue)\"\noperation = \"update\"\ncollection = \"\(collection)\"\nkey = \"/id\"\n\(more)\n"
    }

    @Test("As keys of TOML, in set, and in map")
    func attributes() throws {
        let text =
            "\(processor)set = { \"\(composed)\" = 1, \"\(decomposed)\" = 2 }\n[processor.map]\n\"x\(composed)\" = \"/a\"\n\"x\(decomposed)\" = \"/b\""
        let loaded = try load(text).processors[0]
        #expect(loaded.set.map { Array($0.attribute.utf8) } == [composed, decomposed].map { Array($0.utf8) })
        #expect(loaded.set.map(\.json) == ["1", "2"])
        #expect(loaded.map.count == 2)
    }

    @Test("A later file changes the attribute that has its bytes, and adds the other")
    func laterFile() throws {
        let settings = try SettingsLoader.settings(from: [
            ConfigurationSource(name: "a.toml", text: processor + "set = { \"\(composed)\" = 1 }"),
            ConfigurationSource(name: "b.toml", text: "[[processor]]\nname = \"p\"\nset = { \"\(decomposed)\" = 2, \"\(composed)\" = 3 }"),
        ])
        #expect(settings.processors[0].set.map(\.json) == ["3", "2"])
    }

    @Test("The same bytes twice are one name, however they are written")
    func sameBytes() {
        #expect(mistakes("\(processor)set = { \"\(composed)\" = 1, \"\\u00e9\" = 2 }").count == 1)
    }

    @Test("As queues, collections, marks and attributes of versions")
    func otherNames() {
        #expect(mistakes(named("a", queue: composed) + named("b", queue: decomposed)) == [])
        #expect(mistakes(named("a", queue: composed) + named("b", queue: composed)).count == 1)
        let versioned = "version = \"/v\"\nversion_attribute = "
        let same = named("a", queue: "q", "\(versioned)\"\(composed)\"") + named("b", queue: "r", "\(versioned)\"\(decomposed)\"")
        #expect(mistakes(same).count == 1, "two attributes for the version of one collection")
        #expect(
            mistakes(
                named("a", queue: "q", collection: composed, "\(versioned)\"x\"")
                    + named("b", queue: "r", collection: decomposed, "\(versioned)\"y\"")) == [], "two collections")
        #expect(mistakes(named("a", queue: composed, "partitions = 2") + named("b", queue: "\(decomposed).1")) == [])
        #expect(mistakes(named("a", queue: composed, "partitions = 2") + named("b", queue: "\(composed).1")).count == 1)
        #expect(mistakes(named("a", queue: composed) + named("b", queue: "\(decomposed).dead")) == [])
        #expect(mistakes(named("a", queue: composed) + named("b", queue: "\(composed).dead")).count == 1)
    }

    @Test(
        "A reload notices the other form",
        arguments: [
            ("queue", "queue = \"x\""), ("collection", "collection = \"x\""), ("mark", "mark = \"x\""), ("key", "key = \"/x\""),
            ("set", "set = { a = \"x\" }"), ("emit", "emit = { exchange = \"e\", routing_key = \"x\" }"),
            ("partition_by", "partitions = 2\npartition_by = \"header:x\""),
        ])
    func reload(key: String, line: String) throws {
        let base = key == "mark" ? processor.replacing("update", with: "invalidate") : processor
        let lines = base.split(separator: "\n").filter { !$0.hasPrefix("\(key) =") }.joined(separator: "\n")
        func settings(_ text: String) throws -> Settings { try load("\(lines)\n\(line.replacing("x\"", with: "\(text)\""))") }
        #expect(try SettingsChange(from: settings(composed), to: settings(decomposed)).changed.map(\.keys) == [[key]])
        #expect(try SettingsChange(from: settings(composed), to: settings(composed)).isEmpty)
        #expect(try settings(composed) != settings(decomposed))
    }

    @Test("Of sections, too", arguments: ["rabbitmq.vhost", "rabbitmq.password", "dead_letter.suffix", "arangodb.username"])
    func sections(key: String) throws {
        func settings(_ text: String) throws -> Settings { try load("\(key) = \"\(text)\"\n\(processor)") }
        #expect(try SettingsChange(from: settings(composed), to: settings(decomposed)).keys == [key])
    }

    @Test("What separates is found by scalars: a combining mark behind it hides nothing")
    func separators() throws {
        #expect(JSONPointer("/\u{301}x")?.tokens.count == 1)
        #expect(try RoutingKeyTemplate("{/a}\u{301}{{").parts.count == 2)
        let told = mistakes("rabbitmq.endpoints = [\"amqp://u:\u{301}geheim\"]\n\(processor)").joined()
        #expect(!told.isEmpty && !told.contains("geheim"))
        let endpoint = try load("rabbitmq.endpoints = [\"amqp://u:\u{301}p@h\"]\n\(processor)").rabbitmq.endpoints[0]
        #expect(endpoint.host == "h" && endpoint.username == "u")
    }
}
