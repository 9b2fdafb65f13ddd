internal import ControlMessages

/// Now, on both clocks: intervals are measured with one, people are shown the other.
struct ClockReading: Sendable, Equatable, Comparable {
    var instant: ContinuousClock.Instant
    var wall: Timestamp

    static var now: ClockReading { ClockReading(instant: .now, wall: .now) }

    /// Earlier before later.
    static func < (left: ClockReading, right: ClockReading) -> Bool { left.instant < right.instant }

    /// How long ago `earlier` was.
    func since(_ earlier: ClockReading) -> Duration { instant - earlier.instant }
}
