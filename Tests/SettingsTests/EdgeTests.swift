import Settings
import Testing

@Suite("Edges of a processor")
struct EdgeTests {
    /// Edges that are right, to be put around what a test is about.
    private let edges = """
        [[processor.edges]]
        collection = "e"
        each = "/relations"
        to = "/id"

        """

    @Test("Several of them, in the order of the file, with every key")
    func everyKey() throws {
        let settings = try load(
            processor + """
                stamp = "s"
                [[processor.edges]]
                collection = "company_relations"
                each = "/relations"
                to = "/company_id"
                to_collection = "partners"
                key = ["/type", "/since"]
                map = { share = "/share" }
                set = { source = "crm" }
                [[processor.edges]]
                collection = "company_relations"
                each = "/owners"
                from = ""
                from_collection = "people"
                [[processor]]
                name = "q"
                queue = "r"
                operation = "sync"
                collection = "c"
                key = "/id"
                """)
        let each = try #require(JSONPointer("/relations"))
        let end = try #require(JSONPointer("/company_id"))
        var first = EdgeSettings(collection: "company_relations", each: each, .out, other: end, otherCollection: "partners")
        first.key = try [#require(JSONPointer("/type")), #require(JSONPointer("/since"))]
        first.map = [AttributeMapping(attribute: "share", pointer: try #require(JSONPointer("/share")))]
        first.set = [AttributeConstant(attribute: "source", json: "\"crm\"")]
        let owners = try #require(JSONPointer("/owners"))
        let second = EdgeSettings(collection: "company_relations", each: owners, .in, other: JSONPointer(), otherCollection: "people")
        #expect(settings.processors[0].edges == [first, second])
        #expect(settings.processors[0].stamp == "s")
        #expect(settings.processors[1].edges == [])
    }

    @Test("The other end is in the processor's own collection unless said otherwise")
    func ownCollection() throws {
        #expect(try load(processor + edges).processors[0].edges.map(\.otherCollection) == ["c"])
    }

    @Test("Edges of a later file replace those of an earlier one")
    func laterFile() throws {
        let later = "[[processor]]\nname = \"p\"\n" + edges.replacing("/relations", with: "/others")
        let settings = try SettingsLoader.settings(from: [
            ConfigurationSource(name: "a.toml", text: processor + edges + edges), ConfigurationSource(name: "b.toml", text: later),
        ])
        #expect(settings.processors[0].edges.map(\.each.description) == ["/others"])
    }

    @Test("What check prints says where edges go")
    func summary() throws {
        let summary = try load(processor + edges).summary
        #expect(summary.last == "Processor p: q → update → c, key /id, no version, the last write wins, edges /relations → e to c")
    }

    @Test(
        "A mistake is told by the number of the edges in their processor",
        arguments: [
            ("edges = 1", "t.toml:7: processor \"p\".edges: must be an array of tables: write [[processor.edges]] above each one"),
            (
                "[[processor.edges]]\neach = \"/r\"\nto = \"/id\"",
                "t.toml:7: processor \"p\".edges #1.collection: is missing: edges need collection, each, and to or from"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\nto = \"/id\"",
                "t.toml:7: processor \"p\".edges #1.each: is missing: edges need collection, each, and to or from"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"",
                "t.toml:7: processor \"p\".edges #1.to: is missing: to (or from, for edges that come in) names the document at the other end"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"\nfrom = \"/id\"",
                "t.toml:11: processor \"p\".edges #1.from: cannot be used together with to: the message's document is the other end"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"\nfrom_collection = \"x\"",
                "t.toml:11: processor \"p\".edges #1.from_collection: has no effect without from"
            ),
            (
                "[[processor.edges]]\ncollection = \"c\"\neach = \"/r\"\nto = \"/id\"",
                "t.toml:8: processor \"p\".edges #1.collection = \"c\": is written with documents by a processor: edges need an edge collection of their own"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"\"\nto = \"/id\"",
                "t.toml:9: processor \"p\".edges #1.each = \"\": must point into the message, like \"/id\""
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"\nset = { _from = 1 }",
                "t.toml:11: processor \"p\".edges #1.set._from = \"_from\": must not be _from or _to: those are the edge's ends"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"\nset = { written_by = 1 }",
                "t.toml:11: processor \"p\".edges #1.set.written_by: is written by Warren, to mark the owner of an edge, already: leave it out here, or name it otherwise"
            ),
            (
                "version = \"/v\"\n[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"\nmap = { version = \"/x\" }",
                "t.toml:12: processor \"p\".edges #1.map.version: is written by version_attribute already: leave it out here, or name it otherwise"
            ),
            (
                "version = \"/v\"\nset = { edges_of_p = 1 }\n[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"",
                "t.toml:8: processor \"p\".set.edges_of_p: is written by the version of the edges already: leave it out here, or name it otherwise"
            ),
            (
                "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"\neech = \"/r\"",
                "t.toml:11: processor \"p\".edges #1.eech: unknown key; did you mean each?"
            ),
            ("stamp = \"s\"", "t.toml:7: processor \"p\".stamp: has no effect without edges"),
        ])
    func mistakes(text: String, expected: String) {
        #expect(SettingsTests.mistakes(processor + text) == [expected])
    }

    @Test("An invalidation says what becomes of the edges of others", arguments: ProcessorSettings.EdgeInvalidation.allCases)
    func invalidation(word: ProcessorSettings.EdgeInvalidation) throws {
        let settings = try load(processor + edges + invalidation("edges = \"\(word)\""))
        #expect(settings.processors[1].edgesOnInvalidate == word)
        #expect(settings.processors[1].edges.isEmpty)
    }

    @Test(
        "It names no relations, and a word that could have no effect is a mistake",
        arguments: [
            (
                true, "[[processor.edges]]\ncollection = \"e\"\neach = \"/r\"\nto = \"/id\"",
                "cannot be tables here: an invalidation names no relations; write \"keep\", \"mark\" or \"remove\" for those of others"
            ),
            (true, "edges = \"drop\"", " = \"drop\": must be \"keep\", \"mark\" or \"remove\""),
            (
                true, "on_invalidate = \"remove\"\nedges = \"mark\"",
                " = \"mark\": has no effect with on_invalidate = \"remove\": the document itself is not marked; write \"remove\" or \"keep\""
            ),
            (false, "edges = \"remove\"", " = \"remove\": has no effect here: no processor writes edges of collection \"c\""),
        ])
    func wrongInvalidation(hasEdges: Bool, text: String, expected: String) {
        let found = SettingsTests.mistakes(processor + (hasEdges ? edges : "") + invalidation(text))
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix(expected) == true, "\(found)")
    }

    @Test("A word belongs to an invalidation")
    func wordElsewhere() {
        #expect(
            SettingsTests.mistakes(processor + "edges = \"keep\"") == [
                "t.toml:7: processor \"p\".edges: must be tables here: write [[processor.edges]] above each one"
            ])
    }

    private func invalidation(_ text: String) -> String {
        processor.replacing("\"p\"", with: "\"i\"").replacing("\"q\"", with: "\"r\"").replacing("update", with: "invalidate") + text
    }
}
