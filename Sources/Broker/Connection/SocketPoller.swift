internal import CLinux
internal import Glibc
internal import Synchronization
internal import Threads

/// How a broker's thread sleeps: in `poll(2)` on its wake-up and on the socket, so that a delivery and an acknowledgement are noticed at once.
///
/// What it wakes up for is one loop's: a function that is called on the thread, does all there is to do, and says what to wait for next. It is
/// called, not resumed, because a continuation would take the way over Swift's own pool each time. Before it returns it has looked at all that was
/// read: what TLS has already taken from the socket never wakes it.
final class SocketPoller: Sleeper {
    /// What ends a wait, besides ``nudge()``.
    struct Interest {
        /// -1: none.
        var socket: Int32 = -1
        /// False: only a lost connection counts, bytes may lie.
        var wantsBytes = true
        var deadline: ContinuousClock.Instant?
    }

    /// What ended a wait.
    struct Wake {
        /// The peer is gone or has closed its half; what it sent before can still be read.
        var isHangUp = false
    }

    /// One turn of the loop; nil ends it.
    typealias Turn = @Sendable (Wake) -> Interest?

    private struct Loop {
        let interest: Interest
        let turn: Turn
    }

    /// At most so long the thread sleeps, so that its turns show that it lives.
    private static let patience: Duration = .seconds(1)

    /// So long at most while there is no descriptor for the wake-up to be had.
    private static let blindPatience: Duration = .milliseconds(20)

    /// -1 while the process has no descriptor left; made on the thread, before it falls asleep, so that whoever finds it asleep also finds this.
    private let eventDescriptor = Atomic<Int32>(-1)
    /// Saves the system call for every wake-up that finds the thread awake.
    private let signal = Atomic(WakeupState.awake)
    private let isNudged = Atomic(false)
    private let loop = Mutex<Loop?>(nil)

    deinit {
        let descriptor = eventDescriptor.load(ordering: .acquiring)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Begins the loop with a turn at once.
    func begin(_ turn: @escaping Turn) {
        loop.withLock { loop in
            precondition(loop == nil, "one loop per thread")
            loop = Loop(interest: Interest(deadline: .now), turn: turn)
        }
        nudge()
    }

    /// Ends the present or the next wait. From any thread.
    func nudge() {
        isNudged.store(true, ordering: .releasing)
        wake()
    }

    func wake() {
        if signal.exchange(.notified, ordering: .acquiringAndReleasing) == .asleep {
            let descriptor = eventDescriptor.load(ordering: .acquiring)
            if descriptor >= 0 { eventfd_write(descriptor, 1) }
        }
    }

    func sleep(hasJobs: Bool) {
        let canBeWoken = openEventDescriptor()
        let present = loop.withLock { $0 }
        let (fellAsleep, _) = signal.compareExchange(expected: .awake, desired: .asleep, ordering: .acquiringAndReleasing)
        // Without a loop a nudge has to be kept, not hurried for: the loop will see it when it begins.
        let isHurried = present != nil && isNudged.load(ordering: .acquiring)
        let mayWait = fellAsleep && !hasJobs && !isHurried
        let time = min(Self.time(until: present?.interest.deadline), canBeWoken ? Self.patience : Self.blindPatience)
        let seen = poll(present?.interest, atMost: mayWait ? time : .zero)
        signal.store(.awake, ordering: .releasing)

        guard let present else { return }
        let isDue = present.interest.deadline.map { $0 <= .now } ?? false
        guard isNudged.exchange(false, ordering: .acquiringAndReleasing) || isDue || seen != 0 else { return }
        let next = present.turn(Wake(isHangUp: seen & (POLLHUP | POLLERR | Int32(POLLRDHUP)) != 0))
        loop.withLock { $0 = next.map { Loop(interest: $0, turn: present.turn) } }
    }

    /// False: the process has no descriptor left. Without a wake-up the thread looks again and again, and works all the same.
    private func openEventDescriptor() -> Bool {
        if eventDescriptor.load(ordering: .relaxed) >= 0 { return true }
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { return false }
        eventDescriptor.store(descriptor, ordering: .releasing)
        return true
    }

    /// What the socket has to tell.
    private func poll(_ interest: Interest?, atMost time: Duration) -> Int32 {
        let wanted = interest?.wantsBytes == true ? POLLIN : Int32(POLLRDHUP)
        var watched: InlineArray<2, pollfd> = [
            pollfd(fd: eventDescriptor.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0),
            pollfd(fd: interest?.socket ?? -1, events: Int16(wanted), revents: 0),
        ]
        var span = watched.mutableSpan
        var timeout = timespec(time)
        // In nanoseconds, not milliseconds: pauses between reads are short.
        let count = unsafe span.withUnsafeMutableBufferPointer { unsafe ppoll($0.baseAddress, 2, &timeout, nil) }
        // An interrupted poll is a short one.
        guard count > 0 else { return 0 }
        if watched[0].revents != 0 {
            var writes: eventfd_t = 0
            _ = unsafe eventfd_read(watched[0].fd, &writes)
        }
        return Int32(watched[1].revents)
    }

    private static func time(until deadline: ContinuousClock.Instant?) -> Duration {
        guard let deadline else { return patience }
        return max(.zero, min(deadline - .now, patience))
    }
}

extension timespec {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        self.init(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    }
}
