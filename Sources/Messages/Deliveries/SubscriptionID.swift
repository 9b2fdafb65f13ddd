/// Which subscription: one queue that is consumed for a processor. A processor with partitions has a subscription for each.
///
/// Small numbers from 0, so that a table can be an array: see ``PerSubscription``. A reload may give an id to another processor when nothing of the
/// one before is left.
@frozen
public struct SubscriptionID: RawRepresentable, Hashable, Comparable, Strideable, Sendable, ExpressibleByIntegerLiteral,
    CustomStringConvertible
{
    /// The number, from 0.
    public let rawValue: Int

    /// Wraps a number.
    @inlinable
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// Wraps a literal, for tests.
    @inlinable
    public init(integerLiteral value: Int) { rawValue = value }

    /// The number.
    public var description: String { "\(rawValue)" }
    /// By number.
    @inlinable
    public static func < (left: SubscriptionID, right: SubscriptionID) -> Bool { left.rawValue < right.rawValue }
    /// The same number.
    @inlinable
    public static func == (left: SubscriptionID, right: SubscriptionID) -> Bool { left.rawValue == right.rawValue }
    /// By number.
    @inlinable
    public func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
    /// How many ids further.
    @inlinable
    public func distance(to other: SubscriptionID) -> Int { other.rawValue - rawValue }
    /// The id so many further.
    @inlinable
    public func advanced(by count: Int) -> SubscriptionID { SubscriptionID(rawValue: rawValue + count) }
}

/// A value for each subscription, without gaps: an array that no other number than a ``SubscriptionID`` is an index of.
@frozen
public struct PerSubscription<Value>: RandomAccessCollection, MutableCollection, ExpressibleByArrayLiteral {
    @usableFromInline var values: [Value]

    /// Values in the order of the ids.
    @inlinable
    public init(_ values: some Sequence<Value>) { self.values = Array(values) }
    /// No subscription.
    @inlinable
    public init() { values = [] }
    /// The same value for each of `count` subscriptions.
    @inlinable
    public init(repeating value: Value, count: Int) { values = Array(repeating: value, count: count) }
    /// Values in the order of the ids.
    @inlinable
    public init(arrayLiteral elements: Value...) { values = elements }

    /// The first id.
    @inlinable
    public var startIndex: SubscriptionID { SubscriptionID(rawValue: 0) }
    /// The id that the next value gets.
    @inlinable
    public var endIndex: SubscriptionID { SubscriptionID(rawValue: values.count) }
    /// All ids.
    @inlinable
    public var indices: Range<SubscriptionID> { startIndex..<endIndex }

    /// The value of a subscription, which must have one.
    @inlinable
    public subscript(id: SubscriptionID) -> Value {
        get { values[id.rawValue] }
        _modify { yield &values[id.rawValue] }
    }

    /// A value for the subscription after the last one.
    @inlinable
    public mutating func append(_ value: Value) { values.append(value) }

    /// Another value for each subscription, made of its value here.
    @inlinable
    public func mapValues<Other>(_ transform: (Value) -> Other) -> PerSubscription<Other> { PerSubscription<Other>(values.map(transform)) }
}

extension PerSubscription: Sendable where Value: Sendable {}
extension PerSubscription: Equatable where Value: Equatable {}
