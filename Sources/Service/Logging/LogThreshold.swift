public import Logging
public import Settings
internal import Synchronization

/// The least severe level that is logged: one for the whole process, which can be changed while it runs.
public final class LogThreshold: Sendable {
    private let index: Atomic<Int>

    /// Starts at this level.
    public init(_ level: Logger.Level) { index = Atomic(Self.index(of: level)) }

    /// The current level. Read for each line that might be logged, so it costs one load.
    public var level: Logger.Level {
        get { Logger.Level.allCases[index.load(ordering: .relaxed)] }
        set { index.store(Self.index(of: newValue), ordering: .relaxed) }
    }

    private static func index(of level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }
}

extension Logger.Level {
    /// The level that the settings name.
    public init(_ level: LogSettings.Level) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
