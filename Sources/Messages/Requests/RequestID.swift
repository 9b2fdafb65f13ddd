/// A request that has left.
public struct RequestID: Sendable, Hashable, Comparable, ExpressibleByIntegerLiteral {
    /// Requests are numbered from 1 in the order in which they leave.
    package let number: Int

    /// A request by its number.
    package init(_ number: Int) { self.number = number }

    /// An id as a test writes it.
    public init(integerLiteral value: Int) { number = value }

    /// In the order in which they left.
    public static func < (left: RequestID, right: RequestID) -> Bool { left.number < right.number }
}
