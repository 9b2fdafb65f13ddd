/// Edges of one document that its message does not name: those of one collection, direction and stamp that are old enough.
///
/// ArangoDB does not version deletes (ArangoDB.md section 3). So the edges to remove are read first, and removed by the revision that was seen: an
/// edge that a newer message wrote in between stays.
public struct EdgeSweep: Sendable {
    /// Which of them.
    public enum Scope: Sendable, Equatable {
        /// Those whose attribute holds a lower version, or none: the message has given its own to every edge that it names.
        case below(UInt64, attribute: String)
        /// Without versions: all but those with these keys.
        case besides(Set<String>)
    }

    /// Names the sweep in its reply.
    public let id: RequestID
    /// Collection, direction, stamp, and what becomes of the edges.
    public let plan: SweepPlan
    /// Which of them.
    public let scope: Scope

    /// A sweep by its parts.
    public init(id: RequestID, plan: SweepPlan, scope: Scope) {
        self.id = id
        self.plan = plan
        self.scope = scope
    }
}

/// ``Outcome/written``: no such edge is left. ``Outcome/conflict(_:)``: one has changed since it was looked at.
public typealias SweepReply = Result<Outcome, RequestFailure>
