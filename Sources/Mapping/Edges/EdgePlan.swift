internal import Formats
internal import Messages
import Settings

/// How the elements of one array in a processor's messages become edges, or placeholders for the documents at their other ends, worked out
/// once from the settings.
struct EdgePlan: Sendable {
    /// Placeholders, not edges.
    let isOfPlaceholders: Bool
    /// The array in the message.
    let each: MappingPlan.Lookup
    let direction: EdgeSettings.Direction
    /// The collections of the message's document and of the one at the other end.
    let collections: (own: String, other: String)
    let target: WriteTarget
    /// All places to look for in an element.
    let tree: PointerTree
    /// The key of the document at the other end.
    let other: MappingPlan.Lookup
    let discriminators: [MappingPlan.Lookup]
    /// Members that are cut out of an element; nil: nothing of it is stored as it came.
    let cuts: [PointerTree.Node]?
    let mapped: [MappingPlan.Mapped]
    /// `"<version_attribute>":`
    let versionName: [UInt8]
    /// Members that are the same in each edge, joined by commas: the stamp, marks, constants.
    let constants: [UInt8]

    /// Works out `edges` of the processor `own`; `each` is their array in its messages. Placeholders come first, so that no edge dangles.
    static func all(
        _ edges: EdgeSettings, of own: ProcessorSettings, among processors: [ProcessorSettings], each: MappingPlan.Lookup
    ) -> [EdgePlan] {
        let placeholders = edges.missingVertex == .placeholder ? [EdgePlan(placeholdersOf: edges, of: own, each: each)] : []
        return placeholders + [EdgePlan(edges, of: own, among: processors, each: each)]
    }

    private init(placeholdersOf edges: EdgeSettings, of own: ProcessorSettings, each: MappingPlan.Lookup) {
        var tree = PointerTree()
        isOfPlaceholders = true
        self.each = each
        direction = edges.direction
        collections = (own.collection, edges.otherCollection)
        target = WriteTarget(collection: edges.otherCollection, mode: .create, versionAttribute: nil)
        other = MappingPlan.Lookup(pointer: edges.other, node: tree.insert(edges.other.tokens))
        discriminators = []
        cuts = nil
        mapped = []
        versionName = []
        constants = JSONString.quotedName(EdgeSettings.placeholderAttribute) + Array("true".utf8)
        self.tree = tree
    }

    private init(_ edges: EdgeSettings, of own: ProcessorSettings, among processors: [ProcessorSettings], each: MappingPlan.Lookup) {
        isOfPlaceholders = false
        var tree = PointerTree()
        func lookup(_ pointer: JSONPointer) -> MappingPlan.Lookup {
            MappingPlan.Lookup(pointer: pointer, node: tree.insert(pointer.tokens))
        }
        self.each = each
        direction = edges.direction
        collections = (own.collection, edges.otherCollection)
        let versionAttribute = own.version == nil ? nil : own.versionAttribute
        target = WriteTarget(
            collection: edges.collection, mode: own.operation == .sync ? .replace : .update, versionAttribute: versionAttribute)
        other = lookup(edges.other)
        discriminators = edges.key.map(lookup)
        versionName = JSONString.quotedName(own.versionAttribute)

        var added = AddedMembers(versionAttribute: versionAttribute)
        for end in ["_from", "_to"] { _ = added.take(end) }
        added.add(EdgeSettings.stampAttribute, json: String(decoding: JSONString.quoted(own.stampValue(edges.direction)), as: UTF8.self))
        added.addMark(ofEdgesOf: own, among: processors)
        for constant in edges.set { added.add(constant.attribute, json: constant.json) }
        constants = added.text
        cuts = edges.map.isEmpty ? added.names.map { tree.insert($0, below: PointerTree.root) } : nil
        mapped = edges.map.filter { added.take($0.attribute) }.map {
            MappingPlan.Mapped(name: JSONString.quotedName($0.attribute), node: tree.insert($0.pointer.tokens))
        }
        self.tree = tree
    }

    /// The key of what an element becomes, and that of the document at the other end.
    func key(_ element: ScannedMessage, of document: DocumentKey) throws(Refusal) -> (edge: DocumentKey, other: DocumentKey) {
        guard element[other.node] != nil else { throw Refusal(.badEdge, "has nothing at \(place(other)): the other end is missing") }
        let otherKey: DocumentKey
        do throws(Refusal) {
            otherKey = try element.key(at: other)
        } catch {
            throw Refusal(.badEdge, "is no relation: \(error.detail)")
        }
        if isOfPlaceholders { return (otherKey, otherKey) }
        var parts: [ArraySlice<UInt8>] = []
        for lookup in discriminators { parts.append(try discriminator(element, lookup)) }
        let own = (collections.own, document.text)
        let end = (collections.other, otherKey.text)
        let key = EdgeKey.key(
            from: direction == .out ? own : end, to: direction == .out ? end : own, belongsTo: direction, discriminators: parts)
        return (key, otherKey)
    }

    /// What an element becomes.
    func document(
        _ element: ScannedMessage, of document: DocumentKey, other: DocumentKey, version: UInt64?
    ) -> DocumentText {
        if isOfPlaceholders { return DocumentText(source: [], runs: [], additions: constants) }
        let own = "\(collections.own)/\(document)"
        let end = "\(collections.other)/\(other)"
        var members = Array(#""_from":"#.utf8) + JSONString.quoted(direction == .out ? own : end)
        members += Array(#","_to":"#.utf8) + JSONString.quoted(direction == .out ? end : own)
        members.append(UInt8(ascii: ","))
        members += constants
        if target.versionAttribute != nil, let version { MappingPlan.add(versionName, String(version).utf8, to: &members) }
        for mapped in mapped {
            if let place = element[mapped.node] { MappingPlan.add(mapped.name, element.text(place), to: &members) }
        }
        var runs: [Range<Int>] = []
        if let cuts, let object = element[PointerTree.root], element.kind(object) == .object {
            runs = element.runs(of: object, without: cuts.compactMap { element[$0] })
        }
        return DocumentText(source: runs.isEmpty ? [] : element.bytes, runs: runs, additions: members)
    }

    /// What tells the edge apart: a string by what it reads, anything else that is no array or object as it is written; nothing for null.
    private func discriminator(_ element: ScannedMessage, _ lookup: MappingPlan.Lookup) throws(Refusal) -> ArraySlice<UInt8> {
        guard let place = element[lookup.node] else { return [] }
        switch element.kind(place) {
        case .null: return []
        case .string: return element.string(place)
        case .number, .boolean: return element.text(place)
        case .object, .array:
            throw Refusal(
                .badEdge, "has \(element.kind(place).rawValue) at \(self.place(lookup)), which cannot be a part of the edge's key")
        }
    }

    private func place(_ lookup: MappingPlan.Lookup) -> String { lookup.pointer.tokens.isEmpty ? "its place" : "\(lookup.pointer)" }
}
