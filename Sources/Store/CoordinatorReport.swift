/// How one coordinator did lately.
public struct CoordinatorReport: Sendable, Equatable {
    /// Its URL, without credentials.
    public let endpoint: String
    /// How long its latest answer took, from handing the request over; nil: it has not answered yet.
    public internal(set) var replyTime: Duration?
    /// When it answered last.
    public internal(set) var lastAnswer: ContinuousClock.Instant?
    /// Why its latest request came to nothing; nil: it was answered.
    public internal(set) var failure: String?

    init(endpoint: String) { self.endpoint = endpoint }
}
