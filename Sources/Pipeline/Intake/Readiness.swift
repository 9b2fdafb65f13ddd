public import Messages
internal import Settings

/// What must be known before a processor is subscribed.
public struct ReadinessQuestion: Sendable, Equatable {
    /// A part that is checked only if it may have been missing.
    public enum Need: Sendable {
        /// The exchange of onward messages.
        case exchange
        /// The queue of dead letters.
        case deadLetterQueue
        /// The collections of its edges. Its own collection is always checked.
        case collections
    }

    /// Which processor.
    public let processor: SubscriptionID
    /// What it may have missed the last time. The database must answer in any case.
    public let needs: Set<Need>
    /// Distinguishes the answer to this question from one to an earlier question.
    let number: Int
}

/// Whether a processor can settle what it would be delivered. Only then is it subscribed.
///
/// A quorum queue counts returns, and RabbitMQ 4 drops a message that was returned too often. So Warren accepts no delivery that it could only
/// return: none before the database has answered and the collection has let a document be removed that is not there, and none while something is
/// missing that was missing when the last deliveries were returned. That does not prove that the collection accepts documents. After a return for
/// which nothing at all was settled, a few deliveries at a time are accepted until one of them is settled; from the second such return in a row on,
/// the processor first waits, longer each time.
struct Readiness {
    /// Between two questions while something is missing.
    static let backoff = Backoff(first: .seconds(1), longest: .seconds(30))
    /// The wait before the first question, from the second return in a row on.
    static let firstRest: Duration = .seconds(60), longestRest: Duration = .seconds(600)
    /// How long deliveries that RabbitMQ would drop may take to be parked, before they are kept instead.
    static let partingTime: Duration = .seconds(30)

    enum State: Equatable {
        /// Not subscribed. Asked, or to be asked then; `nil` means at once.
        case asking(from: ContinuousClock.Instant?)
        case trial
        case ready
        /// Held deliveries are kept, because RabbitMQ may drop some of them at the next return.
        case keeping
    }

    private(set) var state = State.asking(from: nil)
    /// No processor has the subscription any more.
    private(set) var isVacant = false
    /// Since when it is subscribed.
    private(set) var since: ContinuousClock.Instant?
    /// Held deliveries are not returned before this time, because some of them are being parked.
    var heldUntil: ContinuousClock.Instant?
    private var needs: Set<ReadinessQuestion.Need> = []
    /// Returns in a row for a reason other than the messages.
    private(set) var returns = 0
    /// Nothing was settled yet: few deliveries at a time.
    var isTrialDue = false
    private var hasSettled = false
    private var refusals = 0
    private var lastRefusal: StandingFault?
    private var number = 0
    private var isAsked = false

    // By patterns, because they are needed at each event and comparing whole states costs more.
    var isSubscribed: Bool { if case .asking = state { false } else { true } }
    var isKeeping: Bool { if case .keeping = state { true } else { false } }
    private var isTrial: Bool { if case .trial = state { true } else { false } }

    /// What was missing at the last question, and since when something is; `nil` if nothing was, or nothing is asked.
    var refusal: StandingFault? { isSubscribed ? nil : lastRefusal }

    /// When the next question is due; `nil` if none is.
    func askTime(now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard case .asking(let from) = state, !isAsked else { return nil }
        return from ?? now
    }

    mutating func ask(_ processor: SubscriptionID) -> ReadinessQuestion {
        number += 1
        isAsked = true
        return ReadinessQuestion(processor: processor, needs: needs, number: number)
    }

    /// No processor has the subscription: nothing is asked.
    mutating func leave() { (state, lastRefusal, isVacant) = (.ready, nil, true) }

    /// Its deliveries are gone for another reason than what it needs: it asks at once.
    mutating func lost() {
        state = .asking(from: nil)
        isAsked = false
    }

    /// Its deliveries were returned because of `trouble`.
    mutating func gaveBack(_ trouble: Trouble, at now: ContinuousClock.Instant) {
        let rest = returns == 0 ? .zero : min(Self.firstRest * (1 << min(returns - 1, 4)), Self.longestRest)
        returns += 1
        isTrialDue = !hasSettled
        needs.formUnion(trouble.needs)
        (isAsked, heldUntil) = (false, nil)
        state = .asking(from: now + rest)
    }

    /// True if the answer is to the last question.
    mutating func takeAnswer(to question: ReadinessQuestion) -> Bool {
        guard isAsked, question.number == number, !isSubscribed else { return false }
        isAsked = false
        return true
    }

    /// Something is missing. Returns whether that is new, and the wait before the next question.
    mutating func refuse(_ text: String, at now: ContinuousClock.Instant, _ delay: inout RetryDelay) -> (isNew: Bool, wait: Duration) {
        lastRefusal = StandingFault(text, since: lastRefusal?.since ?? now)
        let wait = delay.backoff(Self.backoff, failures: refusals)
        defer { refusals += 1 }
        state = .asking(from: now + wait)
        return (refusals == 0, wait)
    }

    /// Everything is there. Returns how much to accept.
    mutating func admit(at now: ContinuousClock.Instant) -> Consuming {
        (refusals, lastRefusal, since, heldUntil, hasSettled) = (0, nil, now, nil, false)
        state = isTrialDue ? .trial : .ready
        return isTrialDue ? .trial : .on
    }

    /// ``settled()`` would change something.
    var awaitsSettling: Bool { !hasSettled || returns > 0 || isTrial }

    /// Something was settled. Returns true if that changes anything: see ``passed(isClear:)``.
    mutating func settled() -> Bool {
        hasSettled = true
        return returns > 0 || isTrial
    }

    /// A delivery was settled, so the processor can settle deliveries. `isClear` says that nothing keeps it from settling what it still holds,
    /// either. Returns how much may be accepted now; `nil` if that is unchanged.
    mutating func passed(isClear: Bool) -> Consuming? {
        isTrialDue = false
        if isClear { (returns, needs) = (0, []) }
        guard isTrial else { return nil }
        state = .ready
        return .on
    }

    /// Nothing more is accepted, and nothing is returned.
    mutating func keep() { state = .keeping }

    /// The obstacle is gone.
    mutating func resume(at now: ContinuousClock.Instant) {
        state = .ready
        (since, heldUntil) = (now, nil)
    }
}

/// What keeps a processor from settling what it holds, other than its messages.
struct Trouble {
    /// Since when.
    var since: ContinuousClock.Instant
    /// The database, or a collection of it, accepts no writes: nothing is parked for that.
    var isDatabase: Bool
    /// What may be missing.
    var needs: Set<ReadinessQuestion.Need>

    /// The reason in the dead letter of a delivery that its next return would lose.
    var text: String {
        if isDatabase { return "ArangoDB takes no writes" }
        return needs.contains(.exchange) ? "its onward message cannot be published" : "it cannot be settled"
    }
}
