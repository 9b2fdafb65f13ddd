/// The transfers of a store: as many as requests may be in flight. A request that comes when all are busy waits, in order.
final class TransferPool {
    private var idle: [Transfer]
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    let count: Int

    init(_ transfers: [Transfer]) {
        idle = transfers
        free = transfers.count
        count = transfers.count
    }

    /// Waits for the right to one transfer. ``take()`` follows it.
    func turn() async {
        // Looked at inside, where nothing comes between: on its way in the task may go through the queue of the thread (see `ActorThread`), and a
        // turn that is given back meanwhile finds nobody waiting.
        await withCheckedContinuation { waiter in
            guard free == 0 else {
                free -= 1
                return waiter.resume()
            }
            waiting.append(waiter)
        }
    }

    /// An idle transfer: each turn means one.
    func take() -> Transfer { idle.removeLast() }

    /// Passes the turn on to the request that has waited longest.
    func give(_ transfer: Transfer) {
        transfer.rest()
        idle.append(transfer)
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
