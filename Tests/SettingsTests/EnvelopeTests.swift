import Settings
import Testing

@Suite("The envelope of a processor's messages")
struct EnvelopeTests {
    @Test("Where messages are events, their attributes are named without a slash")
    func attributes() throws {
        let text = """
            [[processor]]
            name = "p"
            queue = "q"
            operation = "update"
            collection = "c"
            envelope = "cloudevents"
            key = "subject"
            version = "time"
            map = { kind = "type", name = "/name" }
            [processor.emit]
            exchange = "x"
            routing_key = "{type}.{/country}"

            """
        let processor = try load(text).processors[0]
        #expect(processor.envelope == .cloudevents)
        #expect(processor.key == JSONPointer(attribute: "subject"))
        #expect(processor.version == JSONPointer(attribute: "time"))
        #expect(processor.map.map(\.pointer.description) == ["type", "/name"])
        #expect(processor.emit?.routingKey.pointers.map(\.attribute) == ["type", nil])
        #expect(processor.emit?.routingKey.description == "{type}.{/country}")
    }

    @Test(
        "Plain messages have none, and what names one is a pointer without its slash",
        arguments: [
            ("version = \"time\"", "version = \"time\": must be a JSON Pointer (RFC 6901)"),
            ("map = { kind = \"type\" }", "map.kind = \"type\": must be a JSON Pointer (RFC 6901)"),
            (
                "emit = { exchange = \"x\", routing_key = \"{type}\" }",
                "emit.routing_key: has {type}, but the text between braces must be a JSON Pointer into the message, like {/country}"
            ),
        ])
    func plain(text: String, problem: String) {
        let found = mistakes(processor + text)
        #expect(found.count == 1)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test("What can be no attribute is a misspelt pointer anywhere", arguments: ["Time", "data", "my time", ""])
    func illegal(name: String) {
        let found = mistakes(processor + "envelope = \"cloudevents\"\nversion = \"\(name)\"")
        #expect(found.count == 1)
        #expect(found.first?.contains("version = \"\(name)\": must") == true, "\(found)")
    }

    @Test("Edges and the document are in the data: no attribute can be named for them")
    func pointersOnly() {
        let found = mistakes(processor + "envelope = \"cloudevents\"\ndocument = \"subject\"")
        #expect(found.first?.contains("document = \"subject\": must be a JSON Pointer") == true, "\(found)")
    }
}
