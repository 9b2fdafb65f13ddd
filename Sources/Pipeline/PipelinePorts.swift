public import Messages

/// What the pipeline needs of the world. None of the closures may block.
public struct PipelinePorts: Sendable {
    /// Sends one write request to ArangoDB.
    public var write: @Sendable (WriteBatch) async -> WriteReply
    /// Reads documents back.
    public var read: @Sendable (ReadBatch) async -> ReadReply
    /// Removes edges that a message does not name any more, or marks them.
    public var sweep: @Sendable (EdgeSweep) async -> SweepReply
    /// Publishes dead letters of one processor. Returns the orders that were not confirmed, with the reason.
    public var park: @Sendable ([ParkOrder]) async -> [Int: ParkFailure]
    /// Publishes onward messages of one processor. Returns the orders that were not confirmed, with the reason.
    public var emit: @Sendable ([OnwardOrder]) async -> [Int: OnwardFailure]
    /// Hands acknowledgements to the broker's thread.
    public var acknowledge: @Sendable ([Acknowledgement]) -> Void
    /// Lets the broker read, or pauses it.
    public var setReading: @Sendable (Bool) -> Void
    /// Sets how much the broker consumes of a processor's queue.
    public var setConsuming: @Sendable (SubscriptionID, Consuming) -> Void
    /// Finds out what processors lack before they are subscribed, in words; or why the database does not answer.
    public var ask: @Sendable ([ReadinessQuestion]) async -> Result<[SubscriptionID: String], RequestFailure>
    /// Asks the database for a sign of life; `nil` if it gives one.
    public var probe: @Sendable () async -> RequestFailure?
    /// Finds out whether the database accepts writes of one kind; `nil` if it does.
    public var prove: @Sendable (WriteProof) async -> RequestFailure?
    /// How long the latest request waited in the server's queue, from its answer.
    public var queueTime: @Sendable () -> Duration
    /// Writes down, where the next process finds it, which messages may end this one. The whole of it each time.
    public var recordPoison: @Sendable (PoisonRecords) -> Void
    /// Reports events to people.
    public var note: @Sendable (PipelineEvent) -> Void
    /// Reports all faults, when they may have changed.
    public var faults: @Sendable (StandingFaults) -> Void
    /// How often a delivery of this processor was rejected from its queue before and came back.
    public var rejections: @Sendable (Delivery, SubscriptionID) -> Int
    /// How often the message of a delivery has come back to its queue, as far as that counts.
    public var countedReturns: @Sendable (Delivery) -> Int
    /// Milliseconds since 1970, for messages that carry no time, and for how old those are that do.
    public var wallMilliseconds: @Sendable () -> UInt64

    /// Ports by their closures.
    package init(
        write: @escaping @Sendable (WriteBatch) async -> WriteReply, read: @escaping @Sendable (ReadBatch) async -> ReadReply,
        sweep: @escaping @Sendable (EdgeSweep) async -> SweepReply,
        park: @escaping @Sendable ([ParkOrder]) async -> [Int: ParkFailure],
        emit: @escaping @Sendable ([OnwardOrder]) async -> [Int: OnwardFailure],
        acknowledge: @escaping @Sendable ([Acknowledgement]) -> Void,
        setReading: @escaping @Sendable (Bool) -> Void, setConsuming: @escaping @Sendable (SubscriptionID, Consuming) -> Void,
        ask: @escaping @Sendable ([ReadinessQuestion]) async -> Result<[SubscriptionID: String], RequestFailure> = { _ in .success([:]) },
        probe: @escaping @Sendable () async -> RequestFailure?, prove: @escaping @Sendable (WriteProof) async -> RequestFailure?,
        queueTime: @escaping @Sendable () -> Duration,
        recordPoison: @escaping @Sendable (PoisonRecords) -> Void, note: @escaping @Sendable (PipelineEvent) -> Void,
        faults: @escaping @Sendable (StandingFaults) -> Void = { _ in },
        rejections: @escaping @Sendable (Delivery, SubscriptionID) -> Int = { _, _ in 0 },
        countedReturns: @escaping @Sendable (Delivery) -> Int = { _ in 0 },
        wallMilliseconds: @escaping @Sendable () -> UInt64
    ) {
        self.write = write
        self.read = read
        self.sweep = sweep
        self.park = park
        self.emit = emit
        self.acknowledge = acknowledge
        self.setReading = setReading
        self.setConsuming = setConsuming
        self.ask = ask
        self.probe = probe
        self.prove = prove
        self.queueTime = queueTime
        self.recordPoison = recordPoison
        self.note = note
        self.faults = faults
        self.rejections = rejections
        self.countedReturns = countedReturns
        self.wallMilliseconds = wallMilliseconds
    }
}
