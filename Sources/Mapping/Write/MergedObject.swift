internal import Formats

/// Several patches of one document as one: merging it into a document leaves the same as merging them one after the other.
///
/// Only the places of members are kept; the text of each value goes into the result as it came.
struct MergedObject {
    private enum Value {
        case text([UInt8], Range<Int>)
        indirect case object(MergedObject)
    }
    private struct Entry {
        let name: JSONMember
        var value: Value
    }

    private var entries: [Entry] = []
    private var places: [ArraySlice<UInt8>: Int] = [:]

    /// The first patch.
    init(_ members: [JSONMember]) { take(members) }

    /// Whether the next patch can be merged in: an object over something that is none cannot, because one patch cannot say both that
    /// what is stored goes and that the new object is merged.
    func canTake(_ newer: [JSONMember]) -> Bool {
        newer.allSatisfy { member in
            guard member.isObject, let place = places[member.name] else { return true }
            return object(at: place)?.canTake(member.members) ?? false
        }
    }

    /// Merges the next patch in, which must be one that it can take.
    mutating func take(_ newer: [JSONMember]) {
        for member in newer {
            guard let place = places[member.name] else {
                places[member.name] = entries.count
                entries.append(Entry(name: member, value: .text(member.source, member.value)))
                continue
            }
            guard member.isObject, var object = object(at: place) else {
                entries[place].value = .text(member.source, member.value)
                continue
            }
            // Out of its place, so that it is changed and not copied.
            entries[place].value = .text([], 0..<0)
            object.take(member.members)
            entries[place].value = .object(object)
        }
    }

    /// The members as JSON, joined by commas.
    func write(into text: inout [UInt8]) {
        for (place, entry) in entries.enumerated() {
            if place > 0 { text.append(UInt8(ascii: ",")) }
            text += entry.name.source[entry.name.quotedName]
            text.append(UInt8(ascii: ":"))
            switch entry.value {
            case .text(let source, let range): text += source[range]
            case .object(let object):
                text.append(UInt8(ascii: "{"))
                object.write(into: &text)
                text.append(UInt8(ascii: "}"))
            }
        }
    }

    /// The object at a place; nil: what is there is none.
    private func object(at place: Int) -> MergedObject? {
        switch entries[place].value {
        case .object(let object): return object
        case .text(let source, let range):
            guard source[range.lowerBound] == UInt8(ascii: "{") else { return nil }
            return MergedObject(JSONMember.list(in: source, range.lowerBound + 1..<range.upperBound - 1))
        }
    }
}
