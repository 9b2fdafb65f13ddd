/// Decides from a queue's number of consumers whether the queue has settled messages that were fetched from it.
///
/// In `queue.declare-ok`, a quorum queue counts each message that `basic.get` has fetched, and that is not settled yet, as a consumer (RabbitMQ 3.10
/// to 4.3). It counts what it has applied, so that the number falls as settlements take effect. Nothing else shows that: a channel of RabbitMQ holds
/// back settlements beyond ``window``, and drops them when it closes. A classic queue settles in order, and the end of the channel comes afterwards.
struct SettlingProof {
    /// The number of settlements that RabbitMQ passes on to a quorum queue at once. Others wait for those.
    static let window = 32

    private let target: Int
    private let count: Int
    /// False if the order of a classic queue is the only proof, and enough. `nil` if nothing will ever show it.
    let isTold: Bool?

    /// `count` messages are about to be settled. `before` is the present number of consumers, and `atStart` the number before the first message was
    /// fetched. `held` messages were fetched and not settled yet. `isQuorum` is `nil` if the type is unknown.
    init(settling count: Int, held: Int, before: Int, atStart: Int, isQuorum: Bool?) {
        self.count = count
        target = before - count
        let isCounted = before - atStart >= held
        isTold =
            switch isQuorum {
            case true?: isCounted ? true : nil
            case false?: false
            case nil: isCounted
            }
    }

    /// How many messages are not known to be settled, if the queue has this many consumers. All of them while that cannot be known.
    func unproven(consumers: Int) -> Int {
        switch isTold {
        case true?: min(count, max(0, consumers - target))
        case false?: 0
        case nil: count
        }
    }
}
