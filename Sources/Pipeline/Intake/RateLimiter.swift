internal import Messages
internal import Settings

/// Lets messages of one processor go on at a rate, in steps of a tenth of a second, so that batches still form.
///
/// It is the generic cell rate algorithm: what counts is when the next message would be due if each came exactly at its time. A time without messages
/// earns no more than one step. It has no clock: the caller says what time it is.
struct RateLimiter {
    /// Messages of this time may go at once.
    static let step: Duration = .milliseconds(100)

    private let interval: Duration
    /// How far ahead of its time a message may go.
    private let tolerance: Duration
    /// When the next message is due; `nil` if none has come yet.
    private var due: ContinuousClock.Instant?

    /// A limit at this rate, with nothing on the way.
    init(_ rate: MessageRate) {
        interval = rate.interval
        tolerance = interval * (rate.most(in: Self.step) - 1)
    }

    /// How many may go now.
    func allowance(at now: ContinuousClock.Instant) -> Int {
        let ahead = max(.zero, (due ?? now) - now)
        return ahead > tolerance ? 0 : Int(clamping: (tolerance - ahead).attoseconds / interval.attoseconds) + 1
    }

    /// So many go now.
    mutating func take(_ count: Int, at now: ContinuousClock.Instant) { due = max(due ?? now, now) + interval * count }

    /// When the next may go; not in the future if one may go now.
    func nextTime(at now: ContinuousClock.Instant) -> ContinuousClock.Instant { max(due ?? now, now) - tolerance }
}

/// The limits of all processors that have one. Partitions of a processor share its limit.
struct RateLimits {
    private struct Limit {
        let rate: MessageRate
        var limiter: RateLimiter
    }

    private var limits: [String: Limit] = [:]
    /// Whose limit counts for a subscription; `nil` if none does.
    private var names = PerSubscription<String?>()

    /// Nothing is limited.
    init() {}

    /// Whether anything is limited at all: asked for each portion.
    var isEmpty: Bool { limits.isEmpty }

    /// This subscription is the processor's now. One that keeps its rate keeps what it has used of it.
    mutating func settle(_ subscription: SubscriptionID, _ processor: ProcessorSettings) {
        while names.endIndex <= subscription { names.append(nil) }
        names[subscription] = processor.rate.map { _ in processor.name }
        guard let rate = processor.rate, limits[processor.name]?.rate != rate else { return }
        limits[processor.name] = Limit(rate: rate, limiter: RateLimiter(rate))
    }

    /// How many messages of this subscription may go now.
    func allowance(of subscription: SubscriptionID, at now: ContinuousClock.Instant) -> Int {
        limit(of: subscription)?.limiter.allowance(at: now) ?? .max
    }

    /// So many go now.
    mutating func take(_ count: Int, from subscription: SubscriptionID, at now: ContinuousClock.Instant) {
        guard let name = name(of: subscription) else { return }
        limits[name]?.limiter.take(count, at: now)
    }

    /// When the next message of this subscription may go; `nil` if it is not limited, or if one may go now.
    func nextTime(of subscription: SubscriptionID, at now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard let time = limit(of: subscription)?.limiter.nextTime(at: now), time > now else { return nil }
        return time
    }

    private func name(of subscription: SubscriptionID) -> String? { names.indices.contains(subscription) ? names[subscription] : nil }
    private func limit(of subscription: SubscriptionID) -> Limit? { name(of: subscription).flatMap { limits[$0] } }
}
