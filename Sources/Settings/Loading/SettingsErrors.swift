internal import Formats

/// Everything that is wrong with a configuration, in the order of the files and their lines. Never empty, never holds a secret.
public struct SettingsErrors: Error, Sendable, Equatable, CustomStringConvertible {
    /// Each mistake, once.
    public let errors: [SettingsError]

    /// More mistakes are counted, not shown: a person begins at the top.
    public static let mostShown = 100

    /// One line a mistake, and one that counts those that are not shown.
    public var lines: [String] {
        let shown = errors.prefix(Self.mostShown).map(\.description)
        let left = errors.count - shown.count
        return left == 0 ? shown : shown + ["and \(left) more \(left == 1 ? "mistake" : "mistakes") like these or others: mend these first"]
    }

    /// The lines as one text.
    public var description: String { lines.joined(separator: "\n") }
}

/// One mistake in the configuration: where it is, what it says, and what would be right.
public struct SettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where the mistake is.
    public let location: ConfigurationLocation
    /// The key as it is written in commands and logs, `rabbitmq.prefetch` or `processor "company-sync".version`; `nil` for the source as a whole.
    public let key: String?
    /// The offending value; nil where it may be a secret, or is not the point.
    public let value: String?
    /// What is wrong and what would be right.
    public let problem: String

    /// A longer key is cut short when it is shown. In scalars.
    private static let longestKey = 400

    /// `warren.toml:12: rabbitmq.prefetch = 70000: must be a whole number from 1 to 65535`.
    public var description: String {
        let key = key.map { $0.shortened(to: Self.longestKey) }
        let subject = key.map { key in value.map { "\(key) = \($0): " } ?? "\(key): " } ?? ""
        return "\(location): \(subject)\(problem)"
    }
}

/// Where a piece of the configuration comes from.
public enum ConfigurationLocation: Sendable, Hashable, CustomStringConvertible {
    /// A line of a file, from 1; `nil` for the file as a whole.
    case file(String, line: Int?)
    /// An environment variable.
    case environment(String)
    /// A systemd credential.
    case credential(String)
    /// Nothing says it: the default.
    case standard

    /// `warren.toml:12`, `environment variable WARREN_LOG_LEVEL`, `credential arangodb.token` or `default`.
    public var description: String {
        switch self {
        case .file(let name, let line): line.map { "\(name):\($0)" } ?? name
        case .environment(let name): "environment variable \(name)"
        case .credential(let name): "credential \(name)"
        case .standard: "default"
        }
    }
}
