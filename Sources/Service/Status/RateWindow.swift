/// Events a second over the last few seconds, from a counter that is read now and then.
struct RateWindow {
    private var readings: [(time: ContinuousClock.Instant, count: Int)] = []
    private let length: Duration

    /// A window of this length.
    init(length: Duration) { self.length = length }

    /// Takes a reading, and returns the rate between it and the oldest one in the window; 0 for the first.
    mutating func rate(count: Int, at now: ContinuousClock.Instant) -> Double {
        readings.append((now, count))
        // The last one that is older stays: the window is covered, not merely touched.
        while readings.count > 2, readings[1].time <= now - length { readings.removeFirst() }
        let elapsed = now - readings[0].time
        guard elapsed > .zero else { return 0 }
        return Double(count - readings[0].count) / (elapsed / .seconds(1))
    }
}
