public import Messages

/// How one coordinator did, lately and since start.
public struct CoordinatorReport: Sendable, Equatable {
    /// Its URL, without credentials.
    public let endpoint: String
    /// How long its latest answer took, from handing the request over; `nil` if it has not answered yet.
    public internal(set) var replyTime: Duration?
    /// When it answered last.
    public internal(set) var lastAnswer: ContinuousClock.Instant?
    /// Why its latest request failed; `nil` if it was answered.
    public internal(set) var failure: String?
    /// Its certificate has no subjectAltName with a name or an address, and matches by the CN of its subject. RFC 9525 section 6.3 does without that,
    /// and so does every newer TLS library. `nil` if no certificate was checked.
    public internal(set) var isNamedBySubject: Bool?

    /// Requests answered since start, whatever the answer was, 503 apart.
    public internal(set) var answered = 0
    /// Requests answered with 503 since start: away or overloaded, by its own word.
    public internal(set) var unavailable = 0
    /// Requests without a whole answer since start: no connection, a reset, a timeout.
    public internal(set) var failed = 0
    /// How long requests took that were answered, in nanoseconds.
    public internal(set) var durations = Histogram(bounds: Histogram.times)

    /// Nothing is known yet.
    public init(endpoint: String) { self.endpoint = endpoint }

    /// A request has ended; `nil` if it got no whole answer.
    mutating func count(status: Int?, took duration: Duration) {
        guard let status else {
            failed += 1
            return
        }
        if status == 503 { unavailable += 1 } else { answered += 1 }
        durations.add(duration)
    }
}
