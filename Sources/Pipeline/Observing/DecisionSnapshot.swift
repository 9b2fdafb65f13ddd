public import Messages

/// Which decisions a listener wants. What is `nil` matches all.
public struct DecisionFilter: Sendable, Equatable {
    /// Only of these subscriptions.
    public var processors: Set<SubscriptionID>?
    /// Only about documents with this key.
    public var key: String?
    /// Only these.
    public var verdict: Decision.Verdict?

    /// A filter by its parts.
    package init(processors: Set<SubscriptionID>? = nil, key: String? = nil, verdict: Decision.Verdict? = nil) {
        self.processors = processors
        self.key = key
        self.verdict = verdict
    }

    /// Everything matches.
    var isEmpty: Bool { processors == nil && key == nil && verdict == nil }

    func fits(_ processor: SubscriptionID, _ key: DocumentKey?, _ verdict: Decision.Verdict) -> Bool {
        (self.verdict == nil || self.verdict == verdict) && processors?.contains(processor) != false
            && (self.key == nil || self.key == key?.text)
    }
}

/// What was decided since an earlier look.
public struct DecisionSnapshot: Sendable {
    /// In their order, with the time of each in milliseconds since 1970.
    public let decisions: [(decision: Decision, milliseconds: UInt64)]
    /// Further ones: those that matched and had no room, and those that were overwritten before they were read.
    public let left: Int
    /// Where the next look begins.
    public let cursor: Int
}
