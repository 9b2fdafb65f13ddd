/// A value that equals another only if their texts have the same bytes.
///
/// Swift takes texts for equal that differ in Unicode normalisation only: "é" as one scalar or as two. To RabbitMQ, ArangoDB, TOML and JSON
/// those are two names. So what is named from outside is compared, and looked up, as this.
@propertyWrapper
public struct Exact<Value: ExactlyComparable>: Sendable, Hashable {
    /// The value itself.
    public var wrappedValue: Value

    /// A property with this value.
    public init(wrappedValue: Value) { self.wrappedValue = wrappedValue }

    /// A key of a dictionary, or a member of a set.
    public init(_ value: Value) { wrappedValue = value }

    /// By the bytes.
    @inlinable public static func == (left: Exact, right: Exact) -> Bool { left.wrappedValue.isExactly(right.wrappedValue) }

    /// Swift's own: it is the same for equal bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(wrappedValue) }
}

/// What has texts in it that can be compared by their bytes.
public protocol ExactlyComparable: Sendable, Hashable {
    /// Whether the texts have the same bytes.
    func isExactly(_ other: Self) -> Bool
}

extension String: ExactlyComparable {
    /// Whether the two have the same bytes. Inlined, because each message's target is compared.
    @inlinable public func isExactly(_ other: String) -> Bool {
        guard self == other else { return false }
        // The usual case: ASCII has one form only.
        return utf8Span.isKnownASCII && other.utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8)
    }
}

extension Optional: ExactlyComparable where Wrapped: ExactlyComparable {
    /// Whether both have the same bytes, or neither is there.
    @inlinable public func isExactly(_ other: Wrapped?) -> Bool {
        switch (self, other) {
        case (let own?, let other?): own.isExactly(other)
        case (nil, nil): true
        default: false
        }
    }
}

extension Array: ExactlyComparable where Element: ExactlyComparable {
    /// Whether each has the same bytes as its counterpart.
    public func isExactly(_ other: [Element]) -> Bool { count == other.count && zip(self, other).allSatisfy { $0.isExactly($1) } }
}

extension Exact: ExpressibleByStringLiteral, ExpressibleByExtendedGraphemeClusterLiteral, ExpressibleByUnicodeScalarLiteral
where Value == String {
    /// A text as it is written in a program.
    public init(stringLiteral value: String) { wrappedValue = value }
}

extension Exact: Codable where Value: Codable {
    /// Reads the value alone.
    public init(from decoder: any Decoder) throws { wrappedValue = try decoder.singleValueContainer().decode(Value.self) }

    /// Writes the value alone.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(wrappedValue)
    }
}
