internal import Formats
internal import Messages
import Settings

extension ScannedMessage {
    /// The document key at `lookup`: a string, or a whole number by its digits.
    func key(at lookup: MappingPlan.Lookup) throws(Refusal) -> DocumentKey {
        guard let place = self[lookup.node] else { throw missing(lookup, .badKey, "the document key") }
        let bytes: ArraySlice<UInt8>
        switch kind(place) {
        case .string: bytes = string(place)
        case .number where JSONNumber.isWhole(text(place).span): bytes = text(place)
        case .number:
            throw Refusal(
                .badKey, "the document key at \(lookup.pointer) is a number that is not written as a whole number in plain digits")
        case let kind:
            throw Refusal(.badKey, "the document key at \(lookup.pointer) is \(kind.rawValue); it must be a string or a whole number")
        }
        do {
            return try KeyRules.key(bytes)
        } catch {
            throw Refusal(.badKey, "the document key at \(lookup.pointer) \(error.words)")
        }
    }

    /// The refusal of a message that has nothing at `lookup`.
    func missing(_ lookup: MappingPlan.Lookup, _ reason: Refusal.Reason, _ what: String) -> Refusal {
        guard let root = self[PointerTree.root], ![.object, .array].contains(kind(root)) else {
            let place = lookup.pointer.attribute.map { "event has no attribute \($0)" } ?? "message has nothing at \(lookup.pointer)"
            return Refusal(reason, "\(what) is missing: the \(place)")
        }
        return Refusal(.notAnObject, "the message is \(kind(root).rawValue), so \(what) cannot be at \(lookup.pointer)")
    }
}
