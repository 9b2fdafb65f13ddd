/// `POST /v1/reload`: what changed. A configuration with mistakes changes nothing and is an error instead.
package struct ReloadReport: Codable, Sendable, Equatable {
    /// Processors that are new.
    package var added: [String]
    /// Processors that are gone, after they finished what they held.
    package var removed: [String]
    /// Processors that were started again with other settings.
    package var changed: [String]
    /// Processors that went on without noticing.
    package var unchanged: [String]
    /// What else changed, one line each, such as `arangodb.connections: 4 → 8`. Never a secret.
    package var notes: [String]

    /// A report by its parts.
    package init(added: [String] = [], removed: [String] = [], changed: [String] = [], unchanged: [String] = [], notes: [String] = []) {
        self.added = added
        self.removed = removed
        self.changed = changed
        self.unchanged = unchanged
        self.notes = notes
    }
}
