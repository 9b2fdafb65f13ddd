internal import CLinux
internal import Glibc
internal import Synchronization
internal import Threads

/// How a broker's thread sleeps: in `poll(2)` on its wake-up and on the socket, so that a delivery and an acknowledgement are noticed at once.
///
/// One loop on the thread waits here, with ``wait(_:)``. Before it does, it has drained librabbitmq with zero timeouts: what the library or TLS has
/// already read never wakes the socket.
final class SocketSleeper: Sleeper {
    /// What ends a wait, besides ``nudge()``.
    struct Interest {
        /// -1: none.
        var socket: Int32 = -1
        /// False: only a lost connection counts, bytes may lie.
        var wantsBytes = true
        var deadline: ContinuousClock.Instant?
    }

    /// What ended a wait.
    struct Wake: Sendable {
        /// The peer is gone or has closed its half; what it sent before can still be read.
        var isHangUp = false
    }

    private enum Signal {
        static let awake = 0
        static let asleep = 1
        static let notified = 2
    }

    private let eventDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
    /// Saves the system call for every wake-up that finds the thread awake.
    private let signal = Atomic(Signal.awake)
    private let isNudged = Atomic(false)
    private let waiter = Mutex<(interest: Interest, continuation: CheckedContinuation<Wake, Never>)?>(nil)

    init() { precondition(eventDescriptor >= 0, "eventfd: errno \(errno)") }

    deinit { close(eventDescriptor) }

    /// Suspends until something of interest happens or somebody nudges. Called on the thread, by one loop.
    func wait(_ interest: Interest) async -> Wake {
        await withCheckedContinuation { continuation in
            waiter.withLock { waiter in
                precondition(waiter == nil, "one loop per thread")
                waiter = (interest, continuation)
            }
        }
    }

    /// Ends the present or the next wait. From any thread.
    func nudge() {
        isNudged.store(true, ordering: .releasing)
        wake()
    }

    func wake() {
        if signal.exchange(Signal.notified, ordering: .acquiringAndReleasing) == Signal.asleep { eventfd_write(eventDescriptor, 1) }
    }

    func sleep(hasJobs: Bool) {
        let interest = waiter.withLock { $0?.interest }
        let (fellAsleep, _) = signal.compareExchange(expected: Signal.awake, desired: Signal.asleep, ordering: .acquiringAndReleasing)
        // With nobody waiting a nudge has to be kept, not hurried for: whoever waits next will see it.
        let isHurried = interest != nil && isNudged.load(ordering: .acquiring)
        let mayWait = fellAsleep && !hasJobs && !isHurried
        let seen = poll(interest, milliseconds: mayWait ? interest?.deadline.map(Self.milliseconds(until:)) ?? -1 : 0)
        signal.store(Signal.awake, ordering: .releasing)

        guard let interest else { return }
        let isDue = interest.deadline.map { $0 <= .now } ?? false
        guard isNudged.exchange(false, ordering: .acquiringAndReleasing) || isDue || seen != 0 else { return }
        let continuation = waiter.withLock { waiter in
            defer { waiter = nil }
            return waiter?.continuation
        }
        continuation?.resume(returning: Wake(isHangUp: seen & (POLLHUP | POLLERR | Int32(POLLRDHUP)) != 0))
    }

    /// What the socket has to tell.
    private func poll(_ interest: Interest?, milliseconds: Int32) -> Int32 {
        let wanted = interest?.wantsBytes == true ? POLLIN : Int32(POLLRDHUP)
        var watched: InlineArray<2, pollfd> = [
            pollfd(fd: eventDescriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: interest?.socket ?? -1, events: Int16(wanted), revents: 0),
        ]
        var span = watched.mutableSpan
        let count = unsafe span.withUnsafeMutableBufferPointer { unsafe Glibc.poll($0.baseAddress, 2, milliseconds) }
        // An interrupted poll is a short one.
        guard count > 0 else { return 0 }
        if watched[0].revents != 0 {
            var writes: eventfd_t = 0
            _ = unsafe eventfd_read(eventDescriptor, &writes)
        }
        return Int32(watched[1].revents)
    }

    /// Rounded up, so that a deadline has passed when the wait is over.
    private static func milliseconds(until deadline: ContinuousClock.Instant) -> Int32 {
        let (seconds, attoseconds) = (deadline - .now).components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        return Int32(clamping: min(seconds, 86_400) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
    }
}
