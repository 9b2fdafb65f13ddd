public import Settings

/// A question to the database that only one can answer which takes writes: it is asked in the way of a request that failed, and leaves nothing.
///
/// A read proves nothing about writes: a server that cannot store anything may answer it. So a collection is proven by writes to it, of the kind
/// that failed (ArangoDB.md section 12).
public struct WriteProof: Sendable, Hashable {
    /// The way of the request that failed. Each is proven together with the removal of a key that cannot exist.
    public enum Kind: Sendable, Hashable {
        /// Documents were written or removed.
        case write
        /// Documents were read back.
        case read
        /// The edges of a document were looked at and removed: one of this collection, in this direction.
        case sweep(verticesIn: String, EdgeSettings.Direction)
    }

    /// Where the writes went.
    public let target: WriteTarget
    /// In which way.
    public let kind: Kind

    /// A proof by its parts.
    public init(target: WriteTarget, kind: Kind) {
        self.target = target
        self.kind = kind
    }
}
