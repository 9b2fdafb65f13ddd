internal import Formats
public import Messages

/// Folds consecutive writes of one document into one that leaves the same document behind, whatever is stored and whoever else writes it.
///
/// With versions the newest is taken as it is, never a mixture: what is stored may be newer than the older ones, and their attributes must
/// not get over it. Without versions nothing is ever stale, and updates are merged.
public struct Conflation {
    /// Members, nested ones included, of two documents that are compared or merged: more are not folded. Each takes some hundred bytes meanwhile.
    public static let mostMembers = 16_384
    /// Bytes of two documents that are compared or merged.
    public static let mostBytes = 4 << 20

    /// Bytes that merged documents may have together.
    private let mergedBytes: Int
    private var newest: PlannedWrite
    /// The newest's members, once they were looked at.
    private var members: [JSONMember]?
    private var merged: MergedObject?
    private var byteCount: Int
    /// Members that the newest, or what was merged, has at most; nil: they were not counted.
    private var memberCount: Int?

    /// Begins with the write that was delivered first. Updates without a version are merged up to `mergedBytes`.
    public init(_ first: PlannedWrite, mergedBytes: Int) {
        newest = first
        self.mergedBytes = min(mergedBytes, Self.mostBytes)
        byteCount = first.document.byteCount(key: first.key)
    }

    /// Takes in the write that was delivered next; false, and nothing changed, if one write cannot do exactly what both would.
    ///
    /// Both are of one document.
    public mutating func take(_ next: PlannedWrite) -> Bool {
        // A processor may be given another operation while it holds writes.
        guard next.target == newest.target else { return false }
        if let version = next.version, let newestVersion = newest.version {
            // Once the newest is stored this one is stale: of two with the same version ArangoDB keeps the first.
            return version <= newestVersion || supersede(by: next)
        }
        guard next.target.mode == .update else {
            newest = next
            return true
        }
        return merge(next)
    }

    /// The one write. Its delivery is that of the newest.
    public var write: PlannedWrite {
        guard let merged else { return newest }
        var text: [UInt8] = []
        text.reserveCapacity(byteCount)
        merged.write(into: &text)
        return PlannedWrite(
            processor: newest.processor, delivery: newest.delivery, target: newest.target, key: newest.key, version: newest.version,
            document: DocumentText(source: [], runs: [], additions: text))
    }

    private mutating func supersede(by next: PlannedWrite) -> Bool {
        let size = next.document.byteCount(key: next.key)
        if next.target.mode == .update {
            guard byteCount + size <= Self.mostBytes, let count = memberCount(with: next) else { return false }
            let nextMembers = next.document.members
            guard nextMembers.cover(members ?? newest.document.members) else { return false }
            members = nextMembers
            memberCount = count.next
        }
        byteCount = size
        newest = next
        return true
    }

    private mutating func merge(_ next: PlannedWrite) -> Bool {
        let sum = byteCount + next.document.byteCount(key: next.key)
        guard sum <= mergedBytes, let count = memberCount(with: next) else { return false }
        let nextMembers = next.document.members
        var object = merged ?? MergedObject(newest.document.members)
        guard object.canTake(nextMembers) else { return false }
        // Held once, so that it is changed and not copied.
        merged = nil
        object.take(nextMembers)
        merged = object
        newest = next
        byteCount = sum
        memberCount = count.both
        return true
    }

    /// Members of the next document, and of both; nil: they are too many to be looked at.
    private func memberCount(with next: PlannedWrite) -> (next: Int, both: Int)? {
        let count = next.document.mostMembers
        let sum = count + (memberCount ?? newest.document.mostMembers)
        return sum <= Self.mostMembers ? (count, sum) : nil
    }
}
