/// Tells from what a queue says whether it has done what was asked of the messages that somebody fetched from it.
///
/// A quorum queue counts each message that `basic.get` has fetched and nobody settled as a consumer, in what `queue.declare-ok` tells (RabbitMQ 3.10 to
/// 4.3), and it counts from what it has applied: so the number falls as settlements take effect. Nothing else tells that: RabbitMQ's client of a quorum
/// queue holds back what is more than ``window`` at once, and drops it when its channel closes. A classic queue settles in the order in
/// which it was asked, and the end of the channel comes behind.
struct SettlingProof {
    /// Settlements that RabbitMQ passes on to a quorum queue at once; the others wait for those.
    static let window = 32

    private let target: Int
    private let count: Int
    /// False: its order is all there is, and enough. nil: nothing will ever tell.
    let isTold: Bool?

    /// `count` messages are about to be settled. `before`: consumers as told just now, `atStart`: before the first message was fetched; `held`: fetched
    /// and not settled yet; `isQuorum`: nil: nobody knows.
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

    /// How many of them are not known to be settled when the queue tells of so many consumers, all of them while it cannot be known.
    func unproven(consumers: Int) -> Int {
        switch isTold {
        case true?: min(count, max(0, consumers - target))
        case false?: 0
        case nil: count
        }
    }
}
