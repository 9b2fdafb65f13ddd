internal import Formats
internal import Messages
import Settings

/// What a processor does with each of its messages, worked out once from the settings: where to look, what to add, what to cut.
struct MappingPlan: Sendable {
    /// A place in the message that must hold something.
    struct Lookup: Sendable {
        /// For messages to people.
        let pointer: JSONPointer
        /// For the scan.
        let node: PointerTree.Node
    }

    /// The message's object that is stored as it came.
    struct Content: Sendable {
        let object: Lookup
        /// Members that are cut out of it.
        let cuts: [PointerTree.Node]
        /// The member that a version would replace; nil without versions.
        let version: PointerTree.Node?
    }

    /// A value taken out of the message under a name of its own.
    struct Mapped: Sendable {
        /// `"name":`
        let name: [UInt8]
        let node: PointerTree.Node
    }

    /// Attributes of an invalidation that depend on its time.
    struct Invalidation: Sendable {
        /// `"<mark>_at":`
        let timeName: [UInt8]
        /// Seconds from the invalidation to ``expiry``; nil: the document stays.
        let expireAfter: UInt64?
    }

    /// What follows the mark's name in the name of its time.
    static let timeSuffix = "_at"
    /// The attribute under the TTL index that `expire` needs.
    static let expiry = "expires_at"
    /// `"expires_at":`
    static let expiryName = JSONString.quotedName(expiry)

    let processor: SubscriptionID
    /// Larger messages are refused.
    let maxMessageBytes: Int
    let target: WriteTarget
    /// All places to look for.
    let tree: PointerTree
    /// Where the message is in an event; nil: it comes plain.
    let envelope: CloudEventPlan?
    let key: Lookup
    let version: Lookup?
    /// `"<version_attribute>":`
    let versionName: [UInt8]
    /// Nil: nothing of the message is stored as it came.
    let content: Content?
    let mapped: [Mapped]
    let invalidation: Invalidation?
    /// Members that are the same in each document, joined by commas.
    let constants: [UInt8]
    /// `"<mark>":true`
    let markText: [UInt8]
    /// One for each `[[processor.edges]]`.
    let edges: [EdgePlan]
    let sweeps: [SweepTemplate]
    /// Whether edges are marked, not removed.
    let marksEdges: Bool
    /// Where the document holds the version of the message that its edges are of; nil without edges or versions.
    let edgesMarker: String?
    /// The onward message; nil: none.
    let onward: OnwardTemplate?
    /// `"<edges marker>":` of all whose edges this processor has a say about, its own first.
    let edgesMarkerNames: [[UInt8]]

    /// Works out what the processor at `index` of the settings does, which is known as `processor`. `neighbours` are those of the settings.
    init(settings: Settings, neighbours: Neighbours, index: Int, processor: SubscriptionID) {
        let own = settings.processors[index]
        let sharing = neighbours.writing(to: own.collection)
        var tree = PointerTree()
        var attributes: [(name: String, node: PointerTree.Node)] = []
        func lookup(_ pointer: JSONPointer) -> Lookup {
            guard let name = pointer.attribute else { return Lookup(pointer: pointer, node: tree.insert(pointer.tokens)) }
            if let known = attributes.first(where: { $0.name == name }) { return Lookup(pointer: pointer, node: known.node) }
            attributes.append((name, tree.insertApart()))
            return Lookup(pointer: pointer, node: attributes[attributes.count - 1].node)
        }

        self.processor = processor
        // Places in a text are counted in 32 bits, by the scanner and by zlib. The settings allow less anyway.
        maxMessageBytes = min(settings.rabbitmq.maxMessageBytes, Int(UInt32.max))
        target = Self.target(own)
        key = lookup(own.key)
        version = target.versionAttribute == nil ? nil : own.version.map(lookup)
        versionName = JSONString.quotedName(own.versionAttribute)

        var added = AddedMembers(versionAttribute: target.versionAttribute)
        edgesMarker = own.edgesMarker
        let markers = Self.edgesMarkers(of: own, among: sharing)
        edgesMarkerNames = markers.map(JSONString.quotedName)
        for marker in markers { _ = added.take(marker) }
        for attribute in sharing.runAttributes(of: own.collection) { _ = added.take(attribute) }
        added.addMarks(of: own, among: sharing)
        added.addPlaceholder(of: own, among: neighbours)
        for constant in own.set { added.add(constant.attribute, json: constant.json) }
        constants = added.text
        if own.operation != .invalidate && own.map.isEmpty {
            let object = lookup(own.document)
            let version = target.versionAttribute.map { tree.insert(Array($0.utf8), below: object.node) }
            let cuts = added.names.map { tree.insert($0, below: object.node) }.filter { $0 != version }
            content = Content(object: object, cuts: cuts, version: version)
        } else {
            content = nil
        }
        mapped = own.map.filter { added.take($0.attribute) }.map {
            Mapped(name: JSONString.quotedName($0.attribute), node: lookup($0.pointer).node)
        }
        invalidation =
            own.operation != .invalidate
            ? nil
            : Invalidation(
                timeName: JSONString.quotedName(own.mark + Self.timeSuffix),
                expireAfter: own.onInvalidate == .expire ? UInt64(max(0, own.expireAfter.components.seconds)) : nil)
        edges = own.edges.flatMap { EdgePlan.all($0, of: own, among: sharing, each: lookup($0.each)) }
        markText = JSONString.quotedName(own.mark) + Array("true".utf8)
        sweeps = SweepTemplate.all(of: own, among: sharing)
        marksEdges = own.edgesOnInvalidate == .mark
        onward = own.emit.map { OnwardTemplate($0, of: own, lookup: lookup) }
        envelope = own.envelope == .cloudevents ? CloudEventPlan(attributes: attributes) : nil
        self.tree = tree
    }

    /// An invalidation has its say about the edges of others: an older message of theirs that comes again must not bring them back.
    private static func edgesMarkers(of own: ProcessorSettings, among processors: [ProcessorSettings]) -> [String] {
        guard let marker = own.edgesMarker else { return [] }
        guard own.operation == .invalidate else { return [marker] }
        let others = processors.filter { $0.collection.isExactly(own.collection) }.compactMap(\.edgesMarker)
        // Made of processors' names, which are ASCII.
        var seen: Set<String> = []
        return ([marker] + others).filter { seen.insert($0).inserted }
    }

    private static func target(_ processor: ProcessorSettings) -> WriteTarget {
        let mode: WriteTarget.Mode =
            switch (processor.operation, processor.onInvalidate) {
            case (.sync, _): .replace
            case (.invalidate, .remove): .remove
            case (.update, _), (.invalidate, .mark), (.invalidate, .expire): .update
            }
        // ArangoDB does not version deletes (ArangoDB.md section 3).
        let isVersioned = processor.version != nil && mode != .remove
        return WriteTarget(
            collection: processor.collection, mode: mode, versionAttribute: isVersioned ? processor.versionAttribute : nil)
    }
}
