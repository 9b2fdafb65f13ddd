internal import ControlMessages

/// Now, on both clocks: intervals are measured with one, people are shown the other.
struct ClockReading: Sendable, Equatable {
    var instant: ContinuousClock.Instant
    var wall: Timestamp

    static var now: ClockReading { ClockReading(instant: .now, wall: .now) }

    /// How long ago `earlier` was.
    func since(_ earlier: ClockReading) -> Duration { instant - earlier.instant }
}
