/// Whether a channel on which the broker refuses a publication is given up for a fresh one.
///
/// RabbitMQ 3.10 asks the leader of a quorum queue about its version when a channel first publishes to it. If the leader's node went away a moment ago,
/// that channel is refused for as long as the node stays away, though the queue has a new leader within a second, and a fresh channel is not refused.
/// But a queue may also refuse because it is full; then no channel helps, and a new one each second would be a burden to the broker.
struct ChannelRenewal {
    typealias Instant = ContinuousClock.Instant

    /// The first channel that is refused something is given up when it is as old as this: by then quorum queues have other leaders.
    static let shortest: Duration = .seconds(1)
    /// Each further one after twice the time, but no later. After so long without a refusal it begins anew.
    static let longest: Duration = .seconds(30)

    /// When the channel was ready.
    private(set) var readyAt: Instant?
    /// Nothing more is to be sent on this channel.
    private(set) var isWorn = false
    private var patience = shortest
    private var refusedAt: Instant?

    /// A channel is being opened.
    mutating func opening() { (readyAt, isWorn) = (nil, false) }

    /// It may be used.
    mutating func ready(at now: Instant) { readyAt = now }

    /// The broker has refused a publication.
    mutating func refused(at now: Instant) {
        if let refusedAt, now - refusedAt >= Self.longest { patience = Self.shortest }
        refusedAt = now
        guard !isWorn, let readyAt, now - readyAt >= patience else { return }
        isWorn = true
        patience = min(patience * 2, Self.longest)
    }
}
