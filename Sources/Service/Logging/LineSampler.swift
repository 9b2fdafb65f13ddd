/// Decides which of many lines of one kind are written, and which are only counted: thousands of messages that cannot be written would otherwise push
/// everything else out of the journal. It has no clock: the caller says what time it is.
struct LineSampler<Kind: Hashable> {
    /// Lines of one kind that are written in a window.
    static var mostLines: Int { 20 }
    /// How long a window is. After it the lines that were left out are counted in one.
    static var window: Duration { .seconds(60) }
    /// Kinds that are told apart. There are fewer: they are processors, each with a few reasons.
    private static var mostKinds: Int { 10_000 }

    private struct Window {
        let end: ContinuousClock.Instant
        var written = 0
        var leftOut = 0
    }

    private var windows: [Kind: Window] = [:]

    init() {}

    /// What becomes of a line.
    enum Verdict: Equatable {
        case write
        /// It is only counted. The count is due at `until`, which is `nil` if that was said before.
        case leaveOut(until: ContinuousClock.Instant?)
    }

    /// A line of this kind is to be written.
    mutating func admit(_ kind: Kind, at now: ContinuousClock.Instant) -> Verdict {
        var window = windows[kind] ?? Window(end: now + Self.window)
        // One that nothing was left out of ends without a word.
        if window.end <= now, window.leftOut == 0 { window = Window(end: now + Self.window) }
        defer { windows[kind] = window }
        guard window.written >= Self.mostLines else {
            window.written += 1
            if windows.count > Self.mostKinds { windows = [:] }
            return .write
        }
        window.leftOut += 1
        return .leaveOut(until: window.leftOut == 1 ? window.end : nil)
    }

    /// The kinds whose windows are over, with the lines that were left out of each.
    mutating func takeCounts(at now: ContinuousClock.Instant) -> [(kind: Kind, count: Int)] {
        let over = windows.filter { $0.value.end <= now }
        for kind in over.keys { windows[kind] = nil }
        return over.filter { $0.value.leftOut > 0 }.map { ($0.key, $0.value.leftOut) }
    }
}
