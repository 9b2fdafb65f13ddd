/// How many requests may be in flight: between one and `[arangodb] connections`, so that a slow database sees few large requests and a fast
/// one is kept busy. (What waits leaves together, so fewer requests are larger ones.)
///
/// Two signs steer it:
/// - **Queue time** (`x-arango-queue-time-seconds`, ArangoDB.md section 11) shows overload before the server has to refuse anything: the window is
///   halved at once, and grows by one with each answer when the server's queue is short again.
/// - **Reply time**, as in TCP Vegas (Brakmo, O'Malley, Peterson, SIGCOMM 1994) and Netflix's concurrency-limits: of `n` requests in flight,
///   `n × (1 − alone / loaded)` are queued somewhere, where `alone` is what a request takes that has the server to itself and `loaded` what
///   it takes now. About one queued request keeps the server busy while the next is on its way; more only wait. The bound moves after a
///   whole round of answers, and does not grow again soon after it had to shrink, so that it does not flutter.
///
/// Only requests that left with the window full are judged: with less to do there is nothing to learn about the bound. `alone` is measured again from
/// time to time, by sending two requests one after the other (as BBR does: draft-cardwell-iccrg-bbr, "ProbeRTT"): otherwise a window that is always
/// queueing would take that for normal.
///
/// Memory of outages is short: after one the window begins with a single request, the canary, and opens by one with each answer.
struct ConcurrencyLimit {
    /// What is known of a request when it leaves.
    struct Departure: Equatable {
        let time: ContinuousClock.Instant
        /// Requests in flight, this one included.
        let inFlight: Int
        /// How many left before.
        fileprivate let number: Int
        /// No more could have left.
        fileprivate let isFull: Bool
    }

    /// Requests that waited this long in the server's queue mean overload: a hundred times what an idle server needs.
    static let slowQueue: Duration = .milliseconds(100)

    private let most: Int
    /// What reply times allow.
    private var bound: Int
    /// What has been reached since the last outage or overload.
    private var reached: Int
    private var departures = 0
    private var times = ReplyTimes()
    /// Rounds until the bound may grow.
    private var roundsToGrow = 0

    /// Requests that may be in flight now.
    var current: Int { times.isProbing ? 1 : min(reached, bound) }

    /// Wide open.
    init(most: Int) {
        self.most = most
        bound = most
        reached = most
    }

    /// The database was away: one request first.
    mutating func restart() { reached = 1 }

    /// A request leaves; `inFlight` counts it.
    mutating func sent(inFlight: Int, at now: ContinuousClock.Instant) -> Departure {
        departures += 1
        return Departure(time: now, inFlight: inFlight, number: departures, isFull: inFlight >= bound)
    }

    /// A request was answered after waiting this long in the server's queue.
    mutating func answered(queueTime: Duration) {
        reached = queueTime >= Self.slowQueue ? max(1, current / 2) : min(bound, min(reached, bound) + 1)
    }

    /// A write request was done, and had so many documents.
    mutating func measure(_ departure: Departure, documents: Int, at now: ContinuousClock.Instant) {
        let sample = ReplyTimes.Sample(documents: documents, time: now - departure.time)
        if departure.inFlight == 1, departure.number == departures { times.addAlone(sample) }
        guard departure.isFull, !times.isProbing, times.addLoaded(sample, roundLength: max(4, bound)) else { return }
        guard let share = times.takeRound() else { return }
        steer(queued: Double(bound) * (1 - share))
    }

    private mutating func steer(queued: Double) {
        roundsToGrow = max(0, roundsToGrow - 1)
        if queued > Self.tooMany {
            bound = max(1, bound - max(1, Int((queued - 1) / 2)))
            roundsToGrow = Self.caution
        } else if queued < Self.tooFew, bound < most, roundsToGrow == 0 {
            bound += 1
        }
    }

    /// Queued requests from which the bound shrinks, and below which it grows. One is right; between them nothing moves.
    private static let tooMany = 1.4, tooFew = 0.5
    /// Rounds without growth after the bound had to shrink.
    private static let caution = 16
}
