internal import DequeModule
internal import Settings

/// The onward messages of one processor, which all go to one exchange: in bulks, one at a time.
struct OnwardLine {
    /// Orders in one bulk, and bytes of their messages. A larger message is published by itself.
    static let bulkBound = 256, bulkBytes = 1 << 20
    /// Backoff while publishing fails.
    static let backoff = Backoff(first: .milliseconds(200), longest: .seconds(30))

    /// What is wrong with a line.
    struct Trouble {
        var text: String
        let since: ContinuousClock.Instant
    }

    /// What became of a bulk.
    struct Result {
        var published: [Lanes.Slot] = []
        var failed: [Lanes.Slot] = []
        /// The line's trouble, if something failed, when it is tried again, and whether it begins with this.
        var trouble: (text: String, wait: Duration, isNew: Bool)?
        /// The trouble that is over with this.
        var ended: Trouble?
    }

    /// Not tried yet, or returned by an exchange that accepted nothing.
    var waiting: Deque<Lanes.Slot> = []
    /// Tried, and no queue accepted them.
    var aside: Deque<Lanes.Slot> = []
    /// The bulk that is under way; the first ones had been set aside.
    var sent: [Lanes.Slot] = []
    private var sentFromAside = 0
    /// Bulks in a row that the exchange did not accept.
    private var failures = 0
    private var notBefore: ContinuousClock.Instant?
    /// Tries in a row, of those set aside, of which none passed.
    private var rounds = 0
    private var retryAt: ContinuousClock.Instant?
    private(set) var trouble: Trouble?

    var isEmpty: Bool { waiting.isEmpty && aside.isEmpty && sent.isEmpty }

    /// When the next bulk is due, if one is waiting for its time.
    var nextTry: ContinuousClock.Instant? {
        guard sent.isEmpty else { return nil }
        if failures > 0 { return waiting.isEmpty && aside.isEmpty ? nil : notBefore }
        return aside.isEmpty ? nil : retryAt
    }

    /// Puts the next bulk together, if its time has come: messages that were set aside long enough, and new ones.
    mutating func fill(at now: ContinuousClock.Instant, bytes: (Lanes.Slot) -> Int) {
        sentFromAside = 0
        if failures > 0 {
            guard notBefore.map({ $0 <= now }) ?? true else { return }
            if let slot = waiting.popFirst() {
                sent = [slot]
            } else if let slot = aside.popFirst() {
                (sent, sentFromAside) = ([slot], 1)
            }
            return
        }
        var room = Self.bulkBytes
        if let retryAt, retryAt <= now {
            Self.move(from: &aside, to: &sent, upTo: &room, bytes: bytes)
            sentFromAside = sent.count
        }
        Self.move(from: &waiting, to: &sent, upTo: &room, bytes: bytes)
    }

    private static func move(
        from queue: inout Deque<Lanes.Slot>, to bulk: inout [Lanes.Slot], upTo room: inout Int, bytes: (Lanes.Slot) -> Int
    ) {
        while bulk.count < bulkBound, let slot = queue.first {
            room -= bytes(slot)
            guard room >= 0 || bulk.isEmpty else { return }
            bulk.append(queue.removeFirst())
        }
    }

    /// What became of the bulk; `failures` has those that were not confirmed.
    mutating func settle(
        _ failures: [Int: OnwardFailure], at now: ContinuousClock.Instant, delay: inout RetryDelay
    ) -> Result {
        var result = Result()
        var (isRefused, hasPassedAgain) = (false, false)
        for (index, slot) in sent.enumerated() {
            switch failures[slot]?.scope {
            case nil:
                result.published.append(slot)
                if index < sentFromAside { hasPassedAgain = true }
                continue
            case .message?: aside.append(slot)
            case .exchange?:
                // To the back, so that one that can never be published does not hold up its line.
                waiting.append(slot)
                isRefused = true
            }
            result.failed.append(slot)
        }
        let wait = restOrGoOn(isRefused: isRefused, hasPassed: !result.published.isEmpty, hasPassedAgain: hasPassedAgain, at: now, &delay)
        let texts = result.failed.lazy.compactMap { failures[$0]?.text }
        if let text = texts.first {
            result.trouble = (text, wait, trouble == nil)
            trouble = Trouble(text: text, since: trouble?.since ?? now)
        } else if aside.isEmpty, !result.published.isEmpty {
            result.ended = trouble
            trouble = nil
        }
        (sent, sentFromAside) = ([], 0)
        return result
    }

    /// When to try again what did not pass. Returns how long that is.
    private mutating func restOrGoOn(
        isRefused: Bool, hasPassed: Bool, hasPassedAgain: Bool, at now: ContinuousClock.Instant, _ delay: inout RetryDelay
    ) -> Duration {
        let hasTriedAgain = sentFromAside > 0
        if isRefused {
            let wait = delay.backoff(Self.backoff, failures: hasPassed ? 0 : failures)
            failures = hasPassed ? 1 : failures + 1
            notBefore = now + wait
            return wait
        }
        failures = 0
        guard !aside.isEmpty else {
            rounds = 0
            retryAt = nil
            return .zero
        }
        if hasPassedAgain {
            // The exchange accepts messages again: the others follow at once.
            rounds = 0
            retryAt = now
        } else if hasTriedAgain || retryAt == nil {
            let wait = delay.backoff(Self.backoff, failures: rounds)
            rounds += 1
            retryAt = now + wait
        }
        return retryAt.map { max(.zero, $0 - now) } ?? .zero
    }
}
