/// `POST /v1/reload`: what changed. A configuration with mistakes changes nothing and is an error instead.
public struct ReloadReport: Codable, Sendable, Equatable {
    /// Processors that are new.
    public var added: [String]
    /// Processors that are gone, after they finished what they held.
    public var removed: [String]
    /// Processors that were started again with other settings.
    public var changed: [String]
    /// Processors that went on without noticing.
    public var unchanged: [String]
    /// What else changed, one line each, such as `arangodb.connections: 4 → 8`. Never a secret.
    public var notes: [String]

    /// A report by its parts.
    public init(added: [String] = [], removed: [String] = [], changed: [String] = [], unchanged: [String] = [], notes: [String] = []) {
        self.added = added
        self.removed = removed
        self.changed = changed
        self.unchanged = unchanged
        self.notes = notes
    }
}
