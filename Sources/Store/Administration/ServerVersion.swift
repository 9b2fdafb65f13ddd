/// A version of ArangoDB, as `/_api/version` reports it.
public struct ServerVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// `3` of 3.12.10.
    public let major: Int
    /// `12` of 3.12.10.
    public let minor: Int
    /// `10` of 3.12.10; 0 if it is not a number.
    public let patch: Int

    /// A version by its numbers.
    package init(major: Int, minor: Int, patch: Int = 0) {
        self.major = major
        self.minor = minor
        self.patch = patch
    }

    /// Reads `3.12.10`, `3.12.0-nightly` and the like; nil if it does not start with two numbers.
    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1].prefix { $0.isNumber }) else { return nil }
        self.init(major: major, minor: minor, patch: parts.count > 2 ? Int(parts[2].prefix { $0.isNumber }) ?? 0 : 0)
    }

    /// True from 3.12 on. Older servers ignore `versionAttribute` silently, and would put old states over new ones (ArangoDB.md section 3).
    public var supportsVersionAttribute: Bool { self >= ServerVersion(major: 3, minor: 12) }

    /// `3.12.10`.
    public var description: String { "\(major).\(minor).\(patch)" }
    /// By number.
    public static func < (left: ServerVersion, right: ServerVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
