/// The pointers of a processor as one tree, so that one scan finds all of them.
///
/// A node is a value in a message that a processor asks for, or that lies on the way to one. Flat storage, siblings linked: walking it costs no
/// reference counting.
package struct PointerTree: Sendable {
    /// A node by its number.
    package typealias Node = Int

    private struct Record {
        /// The name's range in `names`.
        let name: Range<Int>
        let hash: UInt32
        /// The token as an array index (RFC 6901 section 4: digits without leading zeros); nil if it is none.
        let index: Int?
        /// The next child of the same parent.
        let sibling: Node?
        /// The child added last.
        var child: Node?
        /// One bit for the hash of each child: it alone distinguishes most names.
        var children: UInt64 = 0
        /// How many children there are.
        var childCount = 0
        /// The child of the same parent that was added before and has the same hash.
        var twin: Node?
    }

    /// The whole message.
    package static let root: Node = 0

    private var records = [Record(name: 0..<0, hash: 0, index: nil, sibling: nil)]
    private var names: [UInt8] = []
    /// The child with a hash that was added last, for nodes with many children.
    private var lastChild: [HashedChild: Node] = [:]

    private struct HashedChild: Hashable {
        let parent: Node
        let hash: UInt32
    }

    /// Among no more children than these each is compared. Hashing many more makes a long list of attributes cost no more for each.
    private static let few = 16

    /// How many nodes there are; they are numbered from 0.
    package var count: Int { records.count }

    /// A tree of nothing but its root.
    package init() {}

    /// The node for the tokens of a pointer, added if it is new.
    package mutating func insert(_ tokens: [String]) -> Node { tokens.reduce(Self.root) { insert(Array($1.utf8), below: $0) } }

    /// The node for one more token, added if it is new.
    package mutating func insert(_ token: [UInt8], below parent: Node) -> Node {
        let hash = OpenName.hash(of: token.span)
        if let known = child(of: parent, named: token.span, hash: hash) { return known }
        records.append(
            Record(
                name: names.count..<names.count + token.count, hash: hash, index: Self.index(token), sibling: records[parent].child))
        names += token
        let node = records.count - 1
        records[node].twin = lastChild.updateValue(node, forKey: HashedChild(parent: parent, hash: hash))
        records[parent].child = node
        records[parent].childCount += 1
        records[parent].children |= Self.bit(hash)
        return node
    }

    /// A node for a value from elsewhere: it has no range in a text.
    package mutating func insertApart() -> Node {
        records.append(Record(name: 0..<0, hash: 0, index: nil, sibling: nil))
        return records.count - 1
    }

    /// The node for a member of the object at `parent`.
    package func child(of parent: Node, named name: Span<UInt8>, hash: UInt32) -> Node? {
        let isHashed = records[parent].childCount > Self.few
        var candidate = isHashed ? lastChild[HashedChild(parent: parent, hash: hash)] : records[parent].child
        while let node = candidate {
            if records[node].hash == hash, names.span.extracting(records[node].name).hasSameBytes(as: name) { return node }
            candidate = isHashed ? records[node].twin : records[node].sibling
        }
        return nil
    }

    /// False if no child of `parent` has this hash.
    @inline(__always) func mayHaveChild(_ parent: Node, hash: UInt32) -> Bool { records[parent].children & Self.bit(hash) != 0 }

    /// The node for an element of the array at `parent`.
    func child(of parent: Node, index: Int) -> Node? {
        var candidate = records[parent].child
        while let node = candidate {
            if records[node].index == index { return node }
            candidate = records[node].sibling
        }
        return nil
    }

    private static func index(_ token: [UInt8]) -> Int? {
        guard token == [UInt8(ascii: "0")] || token.first != UInt8(ascii: "0") else { return nil }
        guard token.allSatisfy(\.isDigit) else { return nil }
        return Int(String(decoding: token, as: UTF8.self))
    }

    private static func bit(_ hash: UInt32) -> UInt64 { 1 << UInt64((hash &* 0x9E37_79B1) >> 26) }
}
