/// `GET` and `PUT /v1/log-level`, both ways.
public struct LogLevelMessage: Codable, Sendable, Equatable {
    /// `trace`, `debug`, `info`, `notice`, `warning`, `error` or `critical`.
    public var level: String

    /// A message with this level.
    public init(level: String) { self.level = level }
}
