internal import Formats
internal import Messages

extension DocumentText {
    /// How many members it has at most, those of its values included. Costs one look at each byte, and no memory.
    var mostMembers: Int {
        runs.reduce(additions.span.count(of: UInt8(ascii: ":"))) {
            $0 + source.span.extracting($1).count(of: UInt8(ascii: ":"))
        }
    }

    /// All members but the key: the message's, then what was added.
    var members: [JSONMember] {
        runs.flatMap { JSONMember.list(in: source, $0) } + JSONMember.list(in: additions, additions.indices)
    }
}

extension Span<UInt8> {
    /// How often a byte occurs.
    fileprivate func count(of byte: UInt8) -> Int {
        var count = 0
        for index in indices where self[index] == byte { count &+= 1 }
        return count
    }
}
