/// Decides whether a channel on which the broker refuses publications is replaced by a fresh one.
///
/// RabbitMQ 3.10 asks the leader of a quorum queue for its version when a channel first publishes to it. If the leader's node has just died, that
/// channel is refused for as long as the node is away. But the queue has a new leader within a second, and a fresh channel is not refused. A queue
/// may also refuse because it is full. Then no channel helps, and a new channel each second would burden the broker.
struct ChannelRenewal {
    typealias Instant = ContinuousClock.Instant

    /// The age at which the first channel with a refusal is replaced. By then quorum queues have new leaders.
    static let shortest: Duration = .seconds(1)
    /// Each further channel is replaced after twice the time, but no later than this. After this time without a refusal, the first age holds again.
    static let longest: Duration = .seconds(30)

    /// When the channel became ready.
    private(set) var readyAt: Instant?
    /// Nothing more may be sent on this channel.
    private(set) var isWorn = false
    private var patience = shortest
    private var refusedAt: Instant?

    /// A channel is being opened.
    mutating func opening() { (readyAt, isWorn) = (nil, false) }

    /// The channel may be used.
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
