internal import Messages

/// Under load, acknowledgements that wait for more of their queue: one frame for many deliveries costs RabbitMQ what one for a few does, and what
/// it lets RabbitMQ send comes in larger pieces.
///
/// Nobody waits for them but the broker: their effect is confirmed, and if the connection is lost before they leave, the deliveries come again.
struct AcknowledgementGathering {
    /// How long they wait at most.
    static let patience: Duration = .milliseconds(20)

    private struct Line {
        var session: SessionID
        /// The last tag that was told to RabbitMQ.
        var told: UInt64 = 0
        var waiting: DeliveryTag?
    }

    /// By place of the subscription; nil: nothing was acknowledged there yet.
    private var lines: [Line?] = []
    /// Since when the first of those that wait does.
    private var since: ContinuousClock.Instant?

    /// Takes one in. Returns what has to be sent at once: what is not gathered, and what half of the `prefetch` waits for.
    mutating func add(
        _ acknowledgement: Acknowledgement, place: Int, prefetch: UInt16, at now: ContinuousClock.Instant
    ) -> Acknowledgement.Kind? {
        guard case .through(let tag) = acknowledgement.kind else { return acknowledgement.kind }
        if lines.count <= place { lines += Array(repeating: nil, count: place + 1 - lines.count) }
        var line = lines[place].flatMap { $0.session == acknowledgement.session ? $0 : nil } ?? Line(session: acknowledgement.session)
        defer { lines[place] = line }
        guard (tag.rawValue - line.told) * 2 < UInt64(prefetch) else {
            line.told = tag.rawValue
            line.waiting = nil
            return .through(tag)
        }
        line.waiting = tag
        since = since ?? now
        return nil
    }

    /// Those whose time has come, leaving none of them. `mayWait`: there is more to come, which they may wait for.
    ///
    /// The tags of a session that is over mean nothing on a new channel, or something else: whoever sends them looks at it.
    mutating func take(mayWait: Bool, at now: ContinuousClock.Instant) -> [(place: Int, session: SessionID, kind: Acknowledgement.Kind)] {
        guard let first = since, !mayWait || now - first >= Self.patience else { return [] }
        since = nil
        return lines.indices.compactMap { place in
            guard let line = lines[place], let tag = line.waiting else { return nil }
            lines[place] = Line(session: line.session, told: tag.rawValue)
            return (place, line.session, .through(tag))
        }
    }
}
