internal import CLinux
internal import Glibc
public import Synchronization

/// What a thread does while it has no job: it waits for IO, and notices a wake-up.
public protocol Sleeper: Sendable {
    /// Called on the thread. Returns when ``wake()`` was called since the last return, when its IO is ready, or after a time of its own choice;
    /// with `hasJobs` it looks at its IO without waiting.
    func sleep(hasJobs: Bool)
    /// Called from any thread. Makes the running or the next ``sleep(hasJobs:)`` return.
    func wake()
}

/// One operating-system thread on which actors live: librabbitmq and libcurl handles take no locks, so each stays on one thread.
///
/// A turn runs the jobs that have come and then sleeps in the ``Sleeper``. Nothing on it may block, or all its actors stall.
public final class ActorThread: SerialExecutor, TaskExecutor {
    private struct State {
        var jobs: [UnownedJob] = []
        var isEnding = false
    }

    /// Rounds of jobs that led to jobs, before the IO gets its turn.
    private static let mostRounds = 16

    private let state = Mutex(State())
    private let sleeper: any Sleeper
    private let turns = Atomic<UInt64>(0)
    /// False while the thread sleeps or is with its IO.
    private let isRunningJobs = Atomic(false)
    /// Of the thread itself, once it runs.
    private let identity = Atomic<UInt>(0)

    /// How often the loop has come round: a watchdog sees by it that the thread is not stuck.
    public var turnCount: UInt64 { turns.load(ordering: .relaxed) }

    /// As it shows in `top -H` and debuggers.
    public let name: String

    /// Starts the thread; `name` (at most 15 bytes) shows in `top -H` and debuggers.
    public init(name: String, sleeper: some Sleeper) {
        self.name = name
        self.sleeper = sleeper
        start(name: name)
    }

    /// Ends the thread once the jobs that have come are done. No actor may live on it any more.
    public func end() {
        state.withLock { $0.isEnding = true }
        sleeper.wake()
    }

    /// Makes the loop come round though it has nothing to do. From any thread; never blocks.
    public func wake() { sleeper.wake() }

    /// Takes a job from any thread; one wake-up covers all that come before the thread looks.
    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let isFirst = state.withLock { state in
            state.jobs.append(job)
            return state.jobs.count == 1
        }
        // A job that leads to another one is looked after before the thread sleeps.
        guard isFirst, !(isRunningJobs.load(ordering: .relaxed) && isIsolatingCurrentContext() == true) else { return }
        sleeper.wake()
    }

    /// What a sleeper calls back is as isolated as a job: `assumeIsolated` holds in it.
    public func isIsolatingCurrentContext() -> Bool? { identity.load(ordering: .relaxed) == UInt(pthread_self()) }

    private func run() {
        identity.store(UInt(pthread_self()), ordering: .relaxed)
        while true {
            isRunningJobs.store(true, ordering: .relaxed)
            var rounds = 0
            while rounds < Self.mostRounds, runJobs() { rounds += 1 }
            isRunningJobs.store(false, ordering: .relaxed)
            turns.add(1, ordering: .relaxed)
            let (hasJobs, isEnding) = state.withLock { (!$0.jobs.isEmpty, $0.isEnding) }
            if isEnding && !hasJobs { return }
            sleeper.sleep(hasJobs: hasJobs)
        }
    }

    /// Runs those that have come; false if there was none.
    private func runJobs() -> Bool {
        let jobs = state.withLock { state in
            defer { state.jobs = [] }
            return state.jobs
        }
        for job in jobs {
            // As its task executor as well: a task that prefers this thread stays on it, where it would else go by way of Swift's pool after each
            // continuation. One that does not prefer it goes through the queue once more at each call of its actor, and also between an `await
            // withCheckedContinuation` and its closure. So a waiter checks its condition inside the closure: checked before, it may have come true by
            // the time the waiter is in its list, and nothing would resume it.
            unsafe job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
        }
        return !jobs.isEmpty
    }

    private func start(name: String) {
        startThread(named: name) { self.run() }
    }
}

/// Whether a ``Sleeper`` sleeps: a caller that finds it awake only sets a flag, without a system call.
public enum WakeupState: UInt8, AtomicRepresentable, Sendable {
    /// It has not been woken since it last slept.
    case awake
    /// It must be woken.
    case asleep
    /// It was woken, and must not fall asleep before it has looked.
    case notified
}
