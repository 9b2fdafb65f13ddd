import Settings
import Testing
import Threads
import Waiting

@testable import Store

@Suite("Turns")
struct TransferPoolTests {
    @Test("A turn that is returned just when a request begins to wait for one is that request's", arguments: 0..<4)
    func givenBack(steps: Int) async throws {
        let user = try PoolUser()
        let finished = Counter()
        await user.use(for: [steps, 0]) { _ = finished.next() }
        try await eventually("both have ended") { finished.value == 2 }
    }
}

/// Uses a pool of one transfer, on a thread as the store's.
private actor PoolUser {
    private let thread: ActorThread
    private let pool: TransferPool
    nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    init() throws {
        thread = ActorThread(name: "pool", sleeper: try MultiHandle(connections: 1, pooled: 1))
        pool = TransferPool([try Transfer(options: TransferOptions(timeout: .seconds(30), tls: .init()))])
    }

    deinit { thread.end() }

    /// A user for each number, which begin in one moment, and keep their turn while others on the thread make so many steps.
    func use(for numbers: [Int], finished: @escaping @Sendable () -> Void) {
        for steps in numbers {
            Task {
                await use(for: steps)
                finished()
            }
        }
    }

    private func use(for steps: Int) async {
        await pool.turn()
        let transfer = pool.take()
        for _ in 0..<steps { await step() }
        // One pass of the queue later: without steps, just when the other has found all busy and is on its way into the list.
        await withCheckedContinuation { given in
            pool.give(transfer)
            given.resume()
        }
    }

    /// Once through the queue of the thread.
    private func step() async { await withCheckedContinuation { $0.resume() } }
}
