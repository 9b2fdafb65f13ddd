/// Whether an instance hands one of its partitions over: while it has more than its share, one after the other, each to whoever waits longest.
///
/// The first instance to start gets all partitions, and who comes later waits behind it. No instance knows of another one; each counts the
/// consumers of its partitions, and what it hands over goes round until it meets one with room. Who has no more than the share hands nothing over,
/// so that it comes to rest.
struct PartitionBalance: Sendable {
    /// So long it has had too many, on the average, before it hands the first one over: instances that start or stop one after the other make one
    /// change, not several.
    static let patience: Duration = .seconds(10)
    /// Between two hand-overs, on the average.
    static let pause: Duration = .seconds(2)

    private var next: ContinuousClock.Instant?
    /// The partitions that it had at the last look, the one that came last at the end.
    private var held: [Int] = []

    /// Which of the partitions that it has is to be handed over now; nil: none. `random` is from 0 to 1, as a different one in each instance.
    ///
    /// It is the one that came last: what nobody has room for goes on until somebody has, and the others stay where they are.
    mutating func look(
        held present: [Int], partitions: Int, instances: Int, random: Double, now: ContinuousClock.Instant
    ) -> Int? {
        held = held.filter(present.contains) + present.filter { !held.contains($0) }
        guard instances > 1, held.count > Self.share(of: partitions, instances: instances) else {
            next = nil
            return nil
        }
        guard let due = next else {
            next = now + Self.patience * (0.5 + random)
            return nil
        }
        guard due <= now else { return nil }
        next = now + Self.pause * (0.5 + random)
        return held.last
    }

    /// The most that one instance has when all have as many as possible alike.
    static func share(of partitions: Int, instances: Int) -> Int { (partitions + instances - 1) / instances }
}
