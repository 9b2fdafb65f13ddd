import Settings
import Testing

@Suite("Graphs and documents that are not there")
struct GraphTests {
    private let edges = """
        [[processor.edges]]
        collection = "e"
        each = "/relations"
        to = "/id"

        """

    @Test("A graph has the name that is given, and none otherwise")
    func name() throws {
        #expect(try load("[graph]\nname = \"company_graph\"\n" + processor + edges).graph.name == "company_graph")
        #expect(try load(processor).graph.name == nil)
    }

    @Test("A graph of nothing is a mistake")
    func withoutEdges() {
        #expect(mistakes("[graph]\nname = \"g\"\n" + processor) == ["t.toml:2: graph.name: has no effect: no processor writes edges"])
    }

    @Test("Edges may dangle, or placeholders take the place of what is not there")
    func missingVertex() throws {
        #expect(try load(processor + edges).processors[0].edges.map(\.missingVertex) == [.allow])
        #expect(try load(processor + edges + "missing_vertex = \"placeholder\"").processors[0].edges.map(\.missingVertex) == [.placeholder])
        #expect(
            mistakes(processor + edges + "missing_vertex = \"no\"") == [
                "t.toml:11: processor \"p\".edges #1.missing_vertex = \"no\": must be \"allow\" or \"placeholder\""
            ])
    }
}
