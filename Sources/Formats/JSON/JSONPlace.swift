/// Where a value stands in a text.
package struct JSONPlace: Equatable {
    /// The opening quote of the member's name; -1 for a value that is no member.
    package var name: Int
    /// The value's first byte.
    package var start: Int
    /// The place after its last byte.
    package var end: Int

    /// A place by its parts.
    @inlinable package init(name: Int, start: Int, end: Int) { (self.name, self.start, self.end) = (name, start, end) }
}
