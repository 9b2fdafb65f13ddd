import Settings
import Testing

@Suite("Rules between processors")
struct SharedRuleTests {
    /// A second processor, on the same collection.
    private func second(queue: String = "q2", operation: String = "invalidate", _ more: String = "") -> String {
        "\n[[processor]]\nname = \"second\"\nqueue = \"\(queue)\"\noperation = \"\(operation)\"\ncollection = \"c\"\nkey = \"/id\"\n\(more)"
    }

    @Test("Without a processor there is nothing to do")
    func none() {
        #expect(
            mistakes("[rabbitmq]") == [
                "t.toml: processor: there is none, so there would be nothing to do: add a [[processor]] with name, queue, operation, collection and key; "
                    + "/usr/share/doc/warren/examples has some"
            ])
    }

    @Test("An empty list of processors is none")
    func emptyList() {
        #expect(mistakes("processor = []").count == 1)
    }

    @Test("[processor] is not [[processor]]")
    func singleBracket() {
        #expect(
            mistakes("[processor]\nname = \"a\"") == ["t.toml:1: processor: must be an array of tables: write [[processor]] above each one"]
        )
    }

    @Test("A name stands once in a file")
    func duplicateName() {
        #expect(
            mistakes(processor + "\n" + processor) == [
                "t.toml:8: processor \"p\".name: is used in this file already (t.toml:1); names must be unique"
            ])
    }

    @Test("A queue has one processor")
    func sharedQueue() {
        #expect(
            mistakes(processor + second(queue: "q")) == [
                "t.toml:10: processor \"second\".queue = \"q\": is consumed by processor \"p\" already: RabbitMQ would deal its messages out between the two"
            ])
    }

    @Test("A dead-letter queue is not consumed")
    func deadLetterQueue() throws {
        let text = processor + second(queue: "q.dead")
        #expect(
            mistakes(text) == [
                "t.toml:10: processor \"second\".queue = \"q.dead\": is the dead-letter queue of processor \"p\": what is parked there would be consumed again without end"
            ])
        #expect(try load("[dead_letter]\nenabled = false\n" + text).processors.count == 2)
    }

    @Test("A queue's name leaves room for the suffix of its dead-letter queue")
    func longQueue() {
        let name = String(repeating: "q", count: 251)
        #expect(
            mistakes(processor.replacing("\"q\"", with: "\"\(name)\"")) == [
                "t.toml:3: processor \"p\".queue: is too long: with the suffix \".dead\" its dead-letter queue would have more than 255 bytes"
            ])
    }

    @Test("Two version attributes in one collection would protect neither")
    func versionAttributes() {
        #expect(
            mistakes(processor + "version = \"/v\"" + second("version = \"/v\"\nversion_attribute = \"revision\"")) == [
                "t.toml:15: processor \"second\".version_attribute = \"revision\": is \"version\" in processor \"p\": "
                    + "processors of one collection must agree on it"
            ])
    }

    @Test("Partial patches without a version may share a collection with versioned messages")
    func mixedVersions() throws {
        let settings = try load(processor + second("version = \"/v\"\nversion_attribute = \"revision\""))
        #expect(settings.processors.map { $0.version?.description } == [nil, "/v"])
    }

    @Test("Two marks in one collection would leave a document valid and invalid at once")
    func marks() {
        #expect(
            mistakes(processor + "mark = \"gone\"" + second()) == [
                "t.toml:7: processor \"p\".mark = \"gone\": is \"invalidated\" in processor \"second\": processors of one collection must agree on it"
            ])
        #expect(mistakes(processor + "mark = \"gone\"" + second("mark = \"gone\"")) == [])
        #expect(mistakes(processor + second("mark = \"gone\"")) == [])
    }

    @Test("A mark that nothing sets is told")
    func uselessMark() {
        let expected = "t.toml:7: processor \"p\".mark: has no effect here: no processor marks documents of collection \"c\" as invalid"
        #expect(mistakes(processor + "mark = \"gone\"") == [expected])
        #expect(mistakes(processor + "mark = \"gone\"" + second("on_invalidate = \"remove\"")) == [expected])
    }

    @Test("What an invalidation writes and an update writes back is no name for anything else")
    func namesOfMark() {
        let entries = "map = { invalidated = \"/a\", expires_at = \"/b\" }\nset = { invalidated_at = 1 }"
        #expect(
            mistakes(processor + entries + second("on_invalidate = \"expire\"")) == [
                "t.toml:7: processor \"p\".map.invalidated: is written by the mark already: leave it out here, or name it otherwise",
                "t.toml:7: processor \"p\".map.expires_at: is written by the time of expiry already: leave it out here, or name it otherwise",
                "t.toml:8: processor \"p\".set.invalidated_at: is written by the time of the mark already: leave it out here, or name it otherwise",
            ])
        #expect(
            mistakes(processor + "version = \"/v\"\nversion_attribute = \"invalidated\"" + second()) == [
                "t.toml:8: processor \"p\".version_attribute: makes version_attribute and the mark the same attribute, \"invalidated\""
            ])
    }

    @Test("Of a processor whose own mistake leaves its collection open, no disagreement is told")
    func unknownCollection() {
        let open = processor.replacing("\"c\"", with: "1") + "mark = \"gone\"\nversion = \"/v\""
        #expect(mistakes(open + second("version = \"/v\"\nversion_attribute = \"r\"")).count == 1)
    }
}
