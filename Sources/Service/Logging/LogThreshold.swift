public import Logging
public import Settings
internal import Synchronization

/// The least severe level that is logged: one for the whole process, which can be changed while it runs.
public final class LogThreshold: Sendable {
    private let place: Atomic<Int>

    /// Starts at this level.
    public init(_ level: Logger.Level) { place = Atomic(Self.place(of: level)) }

    /// The level at present. Read for each line that might be logged, so it costs one load.
    public var level: Logger.Level {
        get { Logger.Level.allCases[place.load(ordering: .relaxed)] }
        set { place.store(Self.place(of: newValue), ordering: .relaxed) }
    }

    private static func place(of level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }
}

extension Logger.Level {
    /// The level that the settings name.
    public init(_ level: LogSettings.Level) { self = Logger.Level(rawValue: level.rawValue) ?? .info }
}
