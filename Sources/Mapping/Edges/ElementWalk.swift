internal import Formats
internal import Messages
import Settings

/// Goes from element to element of an array in a text that was scanned before.
struct ElementWalk {
    private let bytes: [UInt8]
    /// The first byte of the element that comes next; nil: there is none.
    private(set) var next: Int?

    /// From the array's first element on.
    init(_ array: JSONPlace, in bytes: [UInt8]) {
        self.bytes = bytes
        let first = JSONScanner.afterSpace(in: bytes.span, from: array.start + 1)
        next = bytes[first] == UInt8(ascii: "]") ? nil : first
    }

    /// From the element at `place` on.
    init(at place: Int, in bytes: [UInt8]) {
        self.bytes = bytes
        next = place
    }

    /// The next element, with the places of `tree` in it. There must be one.
    mutating func scan(_ scanner: inout JSONScanner, for tree: PointerTree) -> ScannedMessage {
        guard let start = next else { preconditionFailure("no element is left") }
        let end = scanner.rescan(bytes, from: start, for: tree)
        let after = JSONScanner.afterSpace(in: bytes.span, from: end)
        next = bytes[after] == UInt8(ascii: ",") ? JSONScanner.afterSpace(in: bytes.span, from: after + 1) : nil
        return ScannedMessage(bytes: bytes, places: scanner.places)
    }

    /// How many elements of the array come before the one at `place`: for messages to people.
    static func index(of place: Int, in array: JSONPlace, _ bytes: [UInt8]) -> Int {
        var walk = ElementWalk(array, in: bytes)
        var scanner = JSONScanner()
        let nothing = PointerTree()
        var index = 0
        while let start = walk.next, start < place {
            _ = walk.scan(&scanner, for: nothing)
            index += 1
        }
        return index
    }
}

extension ScannedMessage {
    /// The array at `lookup`; nil if there is nothing, or null.
    func array(at lookup: MappingPlan.Lookup) throws(Refusal) -> JSONPlace? {
        guard let place = self[lookup.node], kind(place) != .null else { return nil }
        guard kind(place) == .array else {
            throw Refusal(.badEdge, "\(lookup.pointer) is \(kind(place).rawValue), but must be an array of relations")
        }
        return place
    }
}
