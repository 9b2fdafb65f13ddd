/// When our own heartbeats are due.
///
/// librabbitmq believes that none were agreed on. Warren sends them itself, also while reading is held, and twice as often as agreed, so that a late
/// turn does no harm. A turn at each also finds out that the broker's are missing.
struct HeartbeatTimer {
    private let interval: Duration?
    /// nil: none were agreed on.
    private(set) var due: ContinuousClock.Instant?

    /// For a connection that has just been opened; nil as long as there is none.
    init(_ connection: Connection?) {
        interval = connection?.heartbeat.map { $0 / 2 }
        due = interval.map { .now + $0 }
    }

    /// Sends one if it is due.
    mutating func beat(_ connection: Connection) throws(BrokerError.Reason) {
        guard let interval, let due, due <= .now else { return }
        try connection.sendHeartbeat()
        self.due = .now + interval
    }
}
