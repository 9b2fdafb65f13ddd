internal import Messages

/// Under load, gathers acknowledgements of a queue. A frame for many deliveries costs RabbitMQ no more than a frame for a few, and RabbitMQ then
/// sends the next deliveries in larger pieces.
///
/// Only the broker waits for them. If the connection is lost before they are sent, their deliveries come again.
struct AcknowledgementGathering {
    /// The longest wait.
    static let patience: Duration = .milliseconds(20)

    private struct Line {
        var session: SessionID
        /// The last tag that was acknowledged to RabbitMQ.
        var told: UInt64 = 0
        var waiting: DeliveryTag?
    }

    /// By index of the subscription; `nil` if nothing was acknowledged there yet.
    private var lines: [Line?] = []
    /// Since when the first one waits.
    private var since: ContinuousClock.Instant?

    /// Adds an acknowledgement. Returns what has to be sent at once: kinds that are not gathered, and acknowledgements that cover half of the
    /// `prefetch`.
    mutating func add(
        _ acknowledgement: Acknowledgement, index: Int, prefetch: UInt16, at now: ContinuousClock.Instant
    ) -> Acknowledgement.Kind? {
        guard case .through(let tag) = acknowledgement.kind else { return acknowledgement.kind }
        if lines.count <= index { lines += Array(repeating: nil, count: index + 1 - lines.count) }
        var line = lines[index].flatMap { $0.session == acknowledgement.session ? $0 : nil } ?? Line(session: acknowledgement.session)
        defer { lines[index] = line }
        guard (tag.rawValue - line.told) * 2 < UInt64(prefetch) else {
            line.told = tag.rawValue
            line.waiting = nil
            return .through(tag)
        }
        line.waiting = tag
        since = since ?? now
        return nil
    }

    /// Takes out the acknowledgements to send now: all of them, unless they `mayWait` for more and have not waited for ``patience``.
    ///
    /// On a new channel, the tags of an earlier session mean nothing or something else. The sender has to compare the session.
    mutating func take(mayWait: Bool, at now: ContinuousClock.Instant) -> [(index: Int, session: SessionID, kind: Acknowledgement.Kind)] {
        guard let first = since, !mayWait || now - first >= Self.patience else { return [] }
        since = nil
        return lines.indices.compactMap { index in
            guard let line = lines[index], let tag = line.waiting else { return nil }
            lines[index] = Line(session: line.session, told: tag.rawValue)
            return (index, line.session, .through(tag))
        }
    }
}
