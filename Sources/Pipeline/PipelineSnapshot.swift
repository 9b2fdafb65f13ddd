public import Messages

/// The figures of the pipeline at one moment.
public struct PipelineSnapshot: Sendable {
    /// One entry for each subscription: see ``Pipeline/reconfigure(_:subscriptions:)``.
    public let counters: PerSubscription<Counters>
    /// How long deliveries took, for each processor.
    public let times: PerSubscription<SettleTimes>
    /// How often redelivered messages had come back to their queue, for each processor; 0 where RabbitMQ does not count it.
    public let returns: PerSubscription<Histogram>
    /// Documents in each write request since start.
    public let batchDocuments: Histogram
    /// What each processor holds.
    public let holdings: PerSubscription<Holding>
    /// Deliveries that were read and wait for the rate of their processor, or for room.
    public let waiting: PerSubscription<Int>
    /// Deliveries held: waiting, in flight, delayed, or on their way to a dead-letter queue.
    public let held: Int
    /// Bytes of those.
    public let heldBytes: Int
    /// Requests sent and not answered.
    public let requestsInFlight: Int
    /// Requests that may be in flight now.
    public let requestsAllowed: Int
    /// Why nothing is sent; `nil` while the database is there.
    public let closure: CircuitBreaker.Closure?
    /// What keeps deliveries from being settled.
    public let faults: StandingFaults
    /// Reading pauses, because `[rabbitmq] hold` is reached.
    public let isHolding: Bool

    init(_ machine: PipelineMachine, waiting: PerSubscription<Int> = [], at now: ContinuousClock.Instant) {
        self.waiting = waiting
        counters = machine.processors.mapValues(\.counters)
        times = machine.processors.mapValues(\.times)
        returns = machine.processors.mapValues(\.returns)
        batchDocuments = machine.batchDocuments
        holdings = Holding.all(of: machine, at: now)
        held = machine.lanes.count + machine.parking.count
        heldBytes = machine.heldBytes
        requestsInFlight = machine.inFlight.count
        requestsAllowed = machine.window.current
        closure = machine.breaker.closure
        faults = StandingFaults(machine)
        isHolding = !machine.isReading
    }
}
