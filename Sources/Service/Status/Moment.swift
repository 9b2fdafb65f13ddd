internal import Control

/// Now, on both clocks: intervals are measured with the one, people are told the other.
struct Moment: Sendable {
    var instant: ContinuousClock.Instant
    var wall: Timestamp

    static var now: Moment { Moment(instant: .now, wall: .now) }

    /// How long ago `earlier` was.
    func since(_ earlier: Moment) -> Duration { instant - earlier.instant }
}
