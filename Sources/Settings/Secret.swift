/// Text that never prints: not in a log line, an error, a dump or a description.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text itself, for the one caller that sends it.
    @Exact public private(set) var revealed: String

    /// Wraps a password or token.
    public init(_ text: String) { revealed = text }

    /// Always `***`.
    public var description: String { "***" }
    /// Always `***`.
    public var debugDescription: String { "***" }
    /// Nothing: a dump walks mirrors, not descriptions.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
