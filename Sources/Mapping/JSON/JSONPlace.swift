/// Where a value stands in a text.
struct JSONPlace: Equatable {
    /// The opening quote of the member's name; -1 for a value that is no member.
    var name: Int
    /// The value's first byte.
    var start: Int
    /// The place after its last byte.
    var end: Int
}
