internal import Formats
import Settings

/// The members that a processor adds to each document, and the names that thereby are not the message's any more.
///
/// A name belongs to whoever takes it first: what keeps the promise (key, version, marks), then constants, then the message.
struct AddedMembers {
    /// Names in UTF-8: two that only Unicode normalisation makes equal are two attributes.
    private(set) var names: Set<[UInt8]> = []
    /// The members whose value is known now, joined by commas.
    private(set) var text: [UInt8] = []

    /// The attributes that ArangoDB keeps itself, and the version if `versionAttribute` tells where.
    init(versionAttribute: String?) {
        for name in ["_key", "_id", "_rev"] + (versionAttribute.map { [$0] } ?? []) { _ = take(name) }
    }

    /// Takes a name; false if it is taken already.
    mutating func take(_ name: String) -> Bool { names.insert(Array(name.utf8)).inserted }

    /// Adds a member, unless its name is taken.
    mutating func add(_ name: String, json: String) {
        guard take(name) else { return }
        if !text.isEmpty { text.append(UInt8(ascii: ",")) }
        text += JSONString.quotedName(name)
        text += json.utf8
    }

    /// Adds what tells that a document is no placeholder any more, where edges of others may have put one. Replacing drops it anyway.
    mutating func addPlaceholder(of processor: ProcessorSettings, among neighbours: Neighbours) {
        if processor.operation == .update, neighbours.havePlaceholders(in: processor.collection) {
            add(EdgeSettings.placeholderAttribute, json: "false")
        }
    }

    /// Adds what tells whether an edge is valid, where an invalidation marks edges of documents in the same collection.
    mutating func addMark(ofEdgesOf processor: ProcessorSettings, among processors: [ProcessorSettings]) {
        for other in processors where other.collection.isExactly(processor.collection) && other.edgesOnInvalidate == .mark {
            add(other.mark, json: "false")
            _ = take(other.mark + MappingPlan.timeSuffix)
        }
    }

    /// Adds the members that say whether a document is valid.
    mutating func addMarks(of processor: ProcessorSettings, among processors: [ProcessorSettings]) {
        if processor.operation == .invalidate {
            add(processor.mark, json: "true")
            _ = take(processor.mark + MappingPlan.timeSuffix)
            if processor.onInvalidate == .expire { _ = take(MappingPlan.expiry) }
            return
        }
        // The newest message decides validity, so what others mark here is unmarked.
        for other in processors where other.marks && other.collection.isExactly(processor.collection) {
            add(other.mark, json: "false")
            _ = take(other.mark + MappingPlan.timeSuffix)
            guard other.operation == .invalidate, other.onInvalidate == .expire else { continue }
            // A revived document must not be removed later. Replacing it drops the attribute anyway.
            if processor.operation == .update { add(MappingPlan.expiry, json: "null") }
            _ = take(MappingPlan.expiry)
        }
    }
}
