internal import Formats
import Settings

/// A message that is known to be JSON, with the places that its processor asked for.
struct ScannedMessage {
    /// Holds the text at its start.
    let bytes: [UInt8]
    /// One for each node of the processor's tree.
    let places: [JSONPlace?]
    /// The bytes are not the delivery's own.
    var isCopy = false

    /// Where the value of a node is; nil: the message has no such value.
    subscript(node: PointerTree.Node) -> JSONPlace? { places[node] }

    /// The kind of the value at a place.
    func kind(_ place: JSONPlace) -> JSONKind { JSONKind(firstByte: bytes[place.start]) }

    /// The value's text.
    func text(_ place: JSONPlace) -> ArraySlice<UInt8> { bytes[place.start..<place.end] }

    /// What the string at a place stands for.
    func string(_ place: JSONPlace) -> ArraySlice<UInt8> {
        let inner = bytes[place.start + 1..<place.end - 1]
        return inner.contains(UInt8(ascii: "\\")) ? JSONString.unescaped(inner.span)[...] : inner
    }
}
