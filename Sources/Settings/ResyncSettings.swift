/// `[processor.resync]`: what a full resynchronisation may do with documents that no message of the run was about.
public struct ResyncSettings: Sendable, Equatable {
    /// What becomes of a document that was not seen.
    public enum Missing: String, Sendable, CaseIterable {
        /// It gets the mark and its time, as an invalidation marks it; the next message about it revives it.
        case mark
        /// It goes. Its version goes with it, so a late older message brings it back.
        case remove
    }

    /// How many documents may go without asking.
    public enum Limit: Sendable, Equatable {
        /// A share of the documents in the scope, in percent. 0…100.
        case percent(Double)
        /// So many.
        case count(Int)
    }

    /// What becomes of a document that was not seen.
    public var missing = Missing.mark
    /// More documents than this are not touched until an administrator confirms.
    public var maxRemoved = Limit.percent(5)
    /// Attribute of the documents with the id of the run in which they were last seen.
    @Exact public var attribute = "warren_run"
    /// Only documents with these values can be missing; `nil` for the constants of `set` that are text, numbers or flags.
    public var scope: [AttributeConstant]?

    /// Everything at its default.
    public init() {}

    /// The collection in which the runs of all processors are written down.
    public static let runsCollection = "warren_runs"
}

extension ResyncSettings.Limit: CustomStringConvertible {
    /// Most documents of `total` that may go without asking: never more than the share, however small the scope is.
    public func documents(of total: Int) -> Int {
        switch self {
        case .percent(let share): Int((Double(total) * share / 100).rounded(.down))
        case .count(let count): count
        }
    }

    /// As the configuration writes it: `5%` or `100`.
    public var description: String {
        switch self {
        case .percent(let share): "\(share == share.rounded() ? "\(Int(share))" : "\(share)")%"
        case .count(let count): "\(count)"
        }
    }
}

extension ProcessorSettings {
    /// True if it marks documents as invalid: when a message says so, or when a full resynchronisation misses them.
    public var marks: Bool { operation == .invalidate ? onInvalidate != .remove : resync?.missing == .mark }

    /// Which documents a full resynchronisation answers for: those with all these values. Empty: every document of the collection.
    public var resyncScope: [AttributeConstant] { resync?.scope ?? set.filter { $0.isPlain } }
}

extension AttributeConstant {
    /// Text, a number or a flag: what a document can be asked for without a doubt.
    public var isPlain: Bool { json != "null" && json.first != "[" && json.first != "{" }
}

extension [ProcessorSettings] {
    /// The attributes that say in which runs a document of `collection` was seen.
    public func runAttributes(of collection: String) -> [String] {
        compactMap { $0.collection.isExactly(collection) ? $0.resync?.attribute : nil }
    }
}
