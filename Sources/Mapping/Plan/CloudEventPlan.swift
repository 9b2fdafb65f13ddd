internal import Formats
internal import Settings

/// Where the attributes of a CloudEvent are looked for, and which of them the processor uses, worked out once from the settings.
struct CloudEventPlan: Sendable {
    /// An attribute that a pointer of the processor names.
    struct Use: Sendable {
        let name: [UInt8]
        /// In the event's object, in structured mode.
        let source: PointerTree.Node
        /// Among the places of the message.
        let target: PointerTree.Node
    }

    /// Places in the object of structured mode (CloudEvents JSON format 1.0.2, sections 2 and 3).
    let tree: PointerTree
    let data: PointerTree.Node
    let dataBase64: PointerTree.Node
    let specversion: PointerTree.Node
    let id: PointerTree.Node
    let source: PointerTree.Node
    let type: PointerTree.Node
    let time: PointerTree.Node
    let uses: [Use]

    /// The attributes with these names are used, at these nodes of the processor's own tree.
    init(attributes: [(name: String, node: PointerTree.Node)]) {
        var tree = PointerTree()
        func node(_ name: String) -> PointerTree.Node { tree.insert(Array(name.utf8), below: PointerTree.root) }
        data = node("data")
        dataBase64 = node("data_base64")
        specversion = node("specversion")
        id = node("id")
        source = node("source")
        type = node("type")
        time = node("time")
        uses = attributes.map { Use(name: Array($0.name.utf8), source: node($0.name), target: $0.node) }
        self.tree = tree
    }
}

/// A CloudEvent that is taken out of its envelope.
struct OpenedEvent {
    /// The data, with the places that the processor asked for, attributes among them.
    let message: ScannedMessage
    /// Its `id`.
    let id: String
    /// Its `time` in seconds since 1970; nil: it has none.
    let seconds: UInt64?
}
