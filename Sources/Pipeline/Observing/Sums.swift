public import Messages

/// Several subscriptions of one processor, such as its partitions, seen as one.
extension PipelineSnapshot {
    /// What became of the deliveries of these subscriptions.
    public func counters(of subscriptions: [SubscriptionID]) -> Counters {
        subscriptions.filter(counters.indices.contains).reduce(into: Counters()) { $0.add(counters[$1]) }
    }

    /// How long they took; `nil` if none of the subscriptions is known.
    public func times(of subscriptions: [SubscriptionID]) -> SettleTimes? {
        let known = subscriptions.filter(times.indices.contains)
        return known.dropFirst().reduce(known.first.map { times[$0] }) { sum, subscription in
            var sum = sum
            sum?.add(times[subscription])
            return sum
        }
    }

    /// How often their redelivered messages had come back.
    public func returns(of subscriptions: [SubscriptionID]) -> Histogram {
        subscriptions.filter(returns.indices.contains).reduce(into: Histogram(bounds: Histogram.returns)) { $0.add(returns[$1]) }
    }

    /// Their deliveries that were read and have not gone on.
    public func waiting(of subscriptions: [SubscriptionID]) -> Int {
        subscriptions.filter(waiting.indices.contains).reduce(0) { $0 + waiting[$1] }
    }

    /// Deliveries that these subscriptions hold.
    public func held(of subscriptions: [SubscriptionID]) -> Int {
        subscriptions.filter(holdings.indices.contains).reduce(0) { $0 + holdings[$1].count }
    }
}

extension Counters {
    /// Counts what `other` has counted.
    public mutating func add(_ other: Counters) {
        received += other.received
        written += other.written
        stale += other.stale
        conflated += other.conflated
        parked += other.parked
        retried += other.retried
        returned += other.returned
        nearLimit += other.nearLimit
        emitted += other.emitted
        emitFailed += other.emitFailed
    }
}
