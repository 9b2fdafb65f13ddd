internal import Control
internal import FoundationEssentials
internal import Mapping
internal import Pipeline
internal import Settings

/// One listener: what it wants, and how much of it in the present second.
struct Listener: Sendable {
    let filter: EventFilter
    /// False: the reader is gone.
    let send: @Sendable ([UInt8]) -> Bool
    private var second = 0
    private var sent = 0
    private var skipped = 0

    init(filter: EventFilter, send: @escaping @Sendable ([UInt8]) -> Bool) {
        self.filter = filter
        self.send = send
    }

    /// Cheaper than making an event of it: most do not fit a filter.
    func mayFit(_ decision: Decision, _ processors: [ProcessorSettings]) -> Bool {
        (filter.key == nil || filter.key == decision.key?.text) && (filter.outcome == nil || filter.outcome == decision.verdict.rawValue)
            && (filter.processor == nil || filter.processor == processors[decision.processor].name)
    }

    /// Sends the event if it fits; limited ones as long as the second has room. False: the reader is gone.
    mutating func take(_ event: ServiceEvent, isLimited: Bool = false) -> Bool {
        guard event.fits(filter) else { return true }
        guard beginSecond(event.at) else { return false }
        guard isLimited else { return line(event) }
        guard sent < EventHub.linesPerSecond else {
            skipped += 1
            return true
        }
        sent += 1
        return line(event)
    }

    /// So many events were never looked at.
    mutating func skip(_ count: Int, at time: Timestamp) -> Bool {
        skipped += count
        return beginSecond(time)
    }

    /// A new second begins with what the last one had no room for.
    private mutating func beginSecond(_ time: Timestamp) -> Bool {
        let now = Int(time.date.timeIntervalSince1970)
        guard now != second else { return true }
        second = now
        sent = 0
        guard skipped > 0 else { return true }
        var event = ServiceEvent("skipped", at: time)
        event.count = skipped
        skipped = 0
        return line(event)
    }

    private func line(_ event: ServiceEvent) -> Bool {
        guard let text = try? ControlJSON.encode(event) else { return true }
        return send(text)
    }
}
