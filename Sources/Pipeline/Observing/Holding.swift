internal import Messages

/// What one processor holds at one moment. Computed by going through all that is held, so that it costs nothing while it is not needed.
public struct Holding: Sendable, Equatable {
    /// Deliveries held.
    public private(set) var count: Int
    /// How long ago the oldest of them was received; `nil` if none is held.
    public private(set) var oldest: Duration?

    /// So many, the oldest of them so old; nothing by default.
    package init(count: Int = 0, oldest: Duration? = nil) {
        self.count = count
        self.oldest = oldest
    }

    /// One entry for each processor.
    static func all(of machine: PipelineMachine, at now: ContinuousClock.Instant) -> PerSubscription<Holding> {
        let nanoseconds = machine.nanosecondsNow(now)
        var holdings = PerSubscription(repeating: Holding(), count: machine.processors.count)
        machine.lanes.forEach { holdings[$0.write.processor].add(receivedAt: $0.receivedNanoseconds, now: nanoseconds) }
        machine.parking.forEachOnItsOwn { holdings[$0.processor].add(receivedAt: $0.subject.receivedNanoseconds, now: nanoseconds) }
        return holdings
    }

    private mutating func add(receivedAt received: Int, now: Int) {
        count += 1
        let age = Duration.nanoseconds(max(0, now - received))
        oldest = max(age, oldest ?? age)
    }
}
