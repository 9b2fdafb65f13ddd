/// Finds the members of an object by their names.
///
/// Messages of one kind have the same members in the same order, so the next one is mostly the one that is asked for. Where it is not, a
/// large object is hashed: a hostile message must not cost the square of its members.
struct MemberLookup {
    /// With no more members than these each is compared.
    private static let small = 16

    private let members: [JSONMember]
    private var next = 0
    private var indices: [ArraySlice<UInt8>: Int] = [:]

    init(_ members: [JSONMember]) { self.members = members }

    /// The member with this name; `nil` if the object has none.
    mutating func find(_ name: ArraySlice<UInt8>) -> JSONMember? {
        guard let index = index(name) else { return nil }
        next = index + 1
        return members[index]
    }

    private mutating func index(_ name: ArraySlice<UInt8>) -> Int? {
        if next < members.count, members[next].name == name { return next }
        guard members.count > Self.small else { return members.firstIndex { $0.name == name } }
        if indices.isEmpty { for (index, member) in members.enumerated() { indices[member.name] = index } }
        return indices[name]
    }
}

extension [JSONMember] {
    /// Whether merging these into a document leaves the same as merging `older` first and these then, whatever the document is.
    ///
    /// That is so if nothing of `older` is left: each of its members is there again, and where the newer value is an object, which is merged
    /// and replaces nothing, the older one is an object that it covers. Over anything else the newer object would otherwise meet what is
    /// stored, and not what `older` put in its place.
    package func cover(_ older: [JSONMember]) -> Bool {
        var lookup = MemberLookup(self)
        return older.allSatisfy { member in
            guard let newer = lookup.find(member.name) else { return false }
            return !newer.isObject || (member.isObject && newer.members.cover(member.members))
        }
    }
}
