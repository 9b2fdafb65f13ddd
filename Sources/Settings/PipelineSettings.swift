/// `[retry]`: for failures of one message while the database is reachable.
public struct RetrySettings: Sendable, Equatable {
    /// Writes tried for one message, the first included, before it is parked as *retry exhausted*. 1…1000.
    public var attempts = 5
    /// Wait before the second attempt. 0 s…1 h.
    public var delay: Duration = .seconds(3)
    /// Factor per further attempt; 1.0 = fixed delay. 1.0…10.0.
    public var backoff = 1.0
    /// Share of the delay that is random, to either side. 0.0…1.0.
    public var jitter = 0.0

    /// The defaults.
    public init() {}
}

/// `[batch]`: the upper bounds of one request.
public struct BatchSettings: Sendable, Equatable {
    /// Documents in one request. 1…10000.
    public var documents = 500
    /// Bytes in one request's body; a single larger document still goes, alone. 1 KiB…256 MiB.
    public var bytes = 1 << 20

    /// The defaults.
    public init() {}
}

/// `[verify] mode`: when a write is read back.
public enum VerifyMode: String, Sendable, CaseIterable {
    /// Never; a write of unknown outcome is sent again.
    case off
    /// When the outcome is unknown.
    case doubt
    /// Every write, before its delivery is acknowledged.
    case always
}

/// `[dead_letter]`: where messages go that cannot be written.
public struct DeadLetterSettings: Sendable, Equatable {
    /// False: refused messages are rejected, so that the queue's own dead-letter exchange takes them. A queue is then consumed only if it was declared with
    /// one, because RabbitMQ discards them otherwise.
    public var enabled = true
    /// The dead-letter queue of queue `q` is `q` + suffix. Not empty.
    @Exact public var suffix = ".dead"

    /// The defaults.
    public init() {}
}
