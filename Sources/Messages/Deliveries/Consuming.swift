/// How much is taken from a processor's queue.
public enum Consuming: Sendable, Equatable {
    /// Nothing: the channel is closed, and what is unacknowledged goes back to the queue.
    case off
    /// Nothing more: the consumer is cancelled, and what came stays on the open channel.
    case kept
    /// A few deliveries at a time: if they cannot be settled, only these few come back. See ``trialPrefetch``.
    case trial
    /// As many as the prefetch allows.
    case on

    /// Deliveries at a time on trial. More than one, because one that nobody can settle must not hold up the others.
    public static let trialPrefetch: UInt16 = 8
}
