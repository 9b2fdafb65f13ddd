import Settings
import Testing

@Suite("Rules of processors")
struct ProcessorRuleTests {
    @Test(
        "A mistake in one processor is told by the processor's name",
        arguments: [
            (
                "version = \"version\"",
                "t.toml:7: processor \"p\".version = \"version\": must be a JSON Pointer (RFC 6901): \"\" or \"/name/…\", with ~ written ~0 and a / in a name written ~1"
            ),
            ("version = \"\"", "t.toml:7: processor \"p\".version = \"\": must point into the message, like \"/id\""),
            (
                "document = \"/a~2\"",
                "t.toml:7: processor \"p\".document = \"/a~2\": must be a JSON Pointer (RFC 6901): \"\" or \"/name/…\", with ~ written ~0 and a / in a name written ~1"
            ),
            ("prefetch = -1", "t.toml:7: processor \"p\".prefetch = -1: must be a whole number from 1 to 65535"),
            ("retry = { attempts = 5000 }", "t.toml:7: processor \"p\".retry.attempts = 5000: must be a whole number from 1 to 1000"),
            ("retry = 3", "t.toml:7: processor \"p\".retry: must be a table: retry = { … }"),
            ("verify = \"never\"", "t.toml:7: processor \"p\".verify = \"never\": must be \"off\", \"doubt\" or \"always\""),
            ("map = [ \"/a\" ]", "t.toml:7: processor \"p\".map: must be a table of attributes, like { name = … }"),
            (
                "map.name = \"name\"",
                "t.toml:7: processor \"p\".map.name = \"name\": must be a JSON Pointer (RFC 6901): \"\" or \"/name/…\", with ~ written ~0 and a / in a name written ~1"
            ),
            (
                "map = { _key = \"/a\" }",
                "t.toml:7: processor \"p\".map._key = \"_key\": must not be _key, _id or _rev: ArangoDB keeps those itself"
            ),
            (
                "set = { _rev = 1 }",
                "t.toml:7: processor \"p\".set._rev = \"_rev\": must not be _key, _id or _rev: ArangoDB keeps those itself"
            ),
            ("set = { x = nan }", "t.toml:7: processor \"p\".set.x = nan: must be a value that JSON has"),
            (
                "map = { a = \"/a\" }\nset = { a = 1 }",
                "t.toml:8: processor \"p\".set.a: is written by map already: leave it out here, or name it otherwise"
            ),
            (
                "version = \"/v\"\nset = { version = 1 }",
                "t.toml:8: processor \"p\".set.version: is written by version_attribute already: leave it out here, or name it otherwise"
            ),
            (
                "version_attribute = \"rev\"",
                "t.toml:7: processor \"p\".version_attribute: has no effect without version, the place of the version in the message"
            ),
            (
                "version = \"/v\"\nversion_attribute = \"_rev\"",
                "t.toml:8: processor \"p\".version_attribute = \"_rev\": must not be _key, _id or _rev: ArangoDB keeps those itself"
            ),
            ("mark = \"_key\"", "t.toml:7: processor \"p\".mark = \"_key\": must not be _key, _id or _rev: ArangoDB keeps those itself"),
            (
                "on_invalidate = \"mark\"",
                "t.toml:7: processor \"p\".on_invalidate: has no effect here: it belongs to operation = \"invalidate\""
            ),
            (
                "expire_after = \"1d\"",
                "t.toml:7: processor \"p\".expire_after: has no effect here: it belongs to operation = \"invalidate\""
            ),
            ("conflate = 1", "t.toml:7: processor \"p\".conflate = 1: must be true or false"),
            ("colection = \"c\"", "t.toml:7: processor \"p\".colection: unknown key; did you mean collection?"),
        ])
    func singleMistake(text: String, expected: String) {
        #expect(mistakes(processor + text) == [expected])
    }

    @Test(
        "An invalidation's mistake is told",
        arguments: [
            ("expire_after = \"1d\"", "expire_after: has no effect here: it belongs to on_invalidate = \"expire\""),
            ("on_invalidate = \"expire\"\nexpire_after = \"0s\"", "expire_after = \"0s\": must be from 1s to 3650d"),
            ("on_invalidate = \"delete\"", "on_invalidate = \"delete\": must be \"mark\", \"expire\" or \"remove\""),
            (
                "on_invalidate = \"remove\"\nversion = \"/version\"",
                "on_invalidate = \"remove\": cannot be used together with version, because ArangoDB does not version deletes: an older update that "
                    + "arrives late would bring the document back. Use \"mark\" or \"expire\", or leave version out and rely on order"
            ),
            ("mark = \"version\"\nversion = \"/v\"", "mark: makes version_attribute and the mark the same attribute, \"version\""),
            (
                "version_attribute = \"invalidated_at\"\nversion = \"/v\"",
                "version_attribute: makes version_attribute and the time of the mark the same attribute, \"invalidated_at\""
            ),
            (
                "on_invalidate = \"expire\"\nmark = \"expires_at\"",
                "mark: makes the mark and the time of expiry the same attribute, \"expires_at\""
            ),
            (
                "on_invalidate = \"remove\"\nmark = \"gone\"",
                "mark: has no effect here: with on_invalidate = \"remove\" there is nothing left to mark"
            ),
            ("on_invalidate = \"expire\"\nexpire_after = \"1500ms\"", "expire_after = \"1500ms\": must be whole seconds"),
            ("set = { invalidated = 1 }", "set.invalidated: is written by the mark already: leave it out here, or name it otherwise"),
        ])
    func invalidation(text: String, expected: String) {
        let found = mistakes(processor.replacing("\"update\"", with: "\"invalidate\"") + text)
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("processor \"p\".\(expected)") == true, "\(found)")
    }

    @Test(
        "A required key that is missing is told with the line of its processor",
        arguments: ["queue", "operation", "collection", "key"])
    func missing(key: String) {
        let text = processor.split(separator: "\n").filter { !$0.hasPrefix("\(key) ") }.joined(separator: "\n")
        #expect(
            mistakes("# comment\n" + text) == [
                "t.toml:2: processor \"p\".\(key): is missing: every processor needs name, queue, operation, collection and key"
            ])
    }

    @Test("A required key that is there and wrong is not missing as well")
    func wrongIsNotMissing() {
        #expect(
            mistakes(processor.replacing("\"update\"", with: "\"upsert\"")) == [
                "t.toml:4: processor \"p\".operation = \"upsert\": must be \"update\", \"sync\" or \"invalidate\""
            ])
    }

    @Test("The version may be mapped to the name that it is stored under anyway")
    func mappedVersion() throws {
        #expect(try load(processor + "version = \"/v\"\nmap = { version = \"/v\", n = \"/n\" }").processors[0].map.count == 2)
        #expect(mistakes(processor + "version = \"/v\"\nmap = { version = \"/w\" }").count == 1)
    }

    @Test(
        "Names of processors and queues are there, and safe",
        arguments: [
            (
                "name = \"p\"", "name = \"a b\"",
                "t.toml:2: processor #1.name = \"a b\": must be 1 to 64 letters (A to Z, a to z), digits, -, _ or ."
            ),
            ("name = \"p\"", "", "t.toml:1: processor #1.name: is missing: every processor needs a unique name"),
            ("queue = \"q\"", "queue = \"\"", "t.toml:3: processor \"p\".queue = \"\": must not be empty"),
        ])
    func names(right: String, wrong: String, expected: String) {
        #expect(mistakes(processor.replacing(right, with: wrong)) == [expected])
    }

    @Test(
        "Collection names that neither naming rule of ArangoDB allows are refused",
        arguments: ["", "_users", "1st", "a/b", "a:b", " a", "a ", ".a", "a\\u0007"])
    func wrongCollection(name: String) {
        let found = mistakes(processor.replacing("\"c\"", with: "\"\(name)\""))
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("t.toml:5: processor \"p\".collection = ") == true)
    }

    @Test("Traditional and extended collection names are taken", arguments: ["companies", "a-b_c9", "Firmen übersicht", "会社"])
    func rightCollection(name: String) throws {
        #expect(try load(processor.replacing("\"c\"", with: "\"\(name)\"")).processors[0].collection == name)
    }
}
