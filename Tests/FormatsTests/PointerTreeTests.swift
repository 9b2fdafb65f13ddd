import Formats
import Testing

@Suite("A tree of pointers") struct PointerTreeTests {
    @Test("Each of many names below one is found, and nothing else")
    func manyNames() {
        var tree = PointerTree()
        let names = (0..<1000).map { Array("a\($0)".utf8) } + ["\u{E9}", "e\u{301}"].map { Array($0.utf8) }
        let nodes = names.map { tree.insert($0, below: PointerTree.root) }
        let below = tree.insert(Array("b".utf8), below: nodes[0])
        #expect(Set(nodes).count == names.count && names.map { tree.insert($0, below: PointerTree.root) } == nodes)
        for (name, node) in zip(names, nodes) {
            #expect(tree.child(of: PointerTree.root, named: name.span, hash: OpenName.hash(of: name.span)) == node)
        }
        let other = Array("b".utf8)
        #expect(tree.child(of: PointerTree.root, named: other.span, hash: OpenName.hash(of: other.span)) == nil)
        #expect(tree.child(of: nodes[0], named: other.span, hash: OpenName.hash(of: other.span)) == below)
    }
}
