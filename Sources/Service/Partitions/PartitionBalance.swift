/// Which of its partitions an instance hands over: while it has more than its share, half of the excess at a time, each to the instance that waits
/// longest.
///
/// Instances that start together share partitions by themselves (see ``Subscription/isShared``); one that starts later waits behind them. No instance
/// knows another; each counts the consumers of its partitions, and a partition that is handed over goes round until it reaches an instance with room.
/// An instance with no more than its share hands nothing over, so that it comes to rest.
struct PartitionBalance: Sendable {
    /// How long, about, it has had too many before it hands the first one over: instances that start or stop one after the other make one change, not
    /// several, and what is known of the consumers of a dozen partitions is as old as half of this.
    static let patience: Duration = .seconds(5)
    /// Between two hand-overs, on the average.
    static let pause: Duration = .seconds(1)

    private var next: ContinuousClock.Instant?
    /// The partitions that it had at the last look, the one that came last at the end.
    private var held: [Int] = []

    /// Which of the partitions that it has are to be handed over now. `random` is from 0 to 1, as a different one in each instance.
    ///
    /// They are those that came last: a partition for which no instance has room moves until one has, and the others stay. Only half of the excess,
    /// because the instance that waits longest waits for all of them, and would soon have to hand most of them over again.
    mutating func look(
        held present: [Int], partitions: Int, instances: Int, random: Double, now: ContinuousClock.Instant
    ) -> [Int] {
        held = held.filter(present.contains) + present.filter { !held.contains($0) }
        let excess = held.count - Self.share(of: partitions, instances: max(1, instances))
        guard instances > 1, excess > 0 else {
            next = nil
            return []
        }
        guard let due = next else {
            next = now + Self.patience * (0.75 + random / 2)
            return []
        }
        guard due <= now else { return [] }
        next = now + Self.pause * (0.5 + random)
        return held.suffix((excess + 1) / 2)
    }

    /// The most that one instance has when all have as many as possible alike.
    static func share(of partitions: Int, instances: Int) -> Int { (partitions + instances - 1) / instances }
}
