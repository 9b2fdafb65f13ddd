/// `GET` and `PUT /v1/log-level`, both ways.
package struct LogLevelMessage: Codable, Sendable, Equatable {
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    package var level: String

    /// A message with this level.
    package init(level: String) { self.level = level }
}
