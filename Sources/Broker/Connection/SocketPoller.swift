internal import CLinux
internal import Glibc
internal import Synchronization
internal import Threads

/// How a broker's thread sleeps: in `poll(2)` on its wake-up descriptor and on the socket, so that it notices a delivery and an acknowledgement at
/// once.
///
/// It wakes up for one loop: a function that runs on the thread, does everything there is to do, and returns what to wait for next. It is called, not
/// resumed, because a continuation would go through Swift's own pool each time. Before it returns it must have used everything that was read, because
/// bytes that TLS has already taken from the socket do not wake the thread.
final class SocketPoller: Sleeper {
    /// What ends a wait, besides ``nudge()``.
    struct Interest {
        /// -1 for none.
        var socket: Int32 = -1
        /// If false, only the end of the connection counts, and bytes stay unread.
        var wantsBytes = true
        var deadline: ContinuousClock.Instant?
    }

    /// What ended a wait.
    struct Wake {
        /// The peer is gone or has closed its half. What it sent before can still be read.
        var isHangUp = false
    }

    /// One turn of the loop. `nil` ends the loop.
    typealias Turn = @Sendable (Wake) -> Interest?

    private struct Loop {
        let interest: Interest
        let turn: Turn
    }

    /// The longest sleep, so that regular turns show that the thread lives.
    private static let patience: Duration = .seconds(1)

    /// The longest sleep while no descriptor is available for the wake-up.
    private static let blindPatience: Duration = .milliseconds(20)

    /// -1 while the process has no descriptor left. The thread opens it before it falls asleep, so that another thread that finds it asleep also
    /// finds the descriptor.
    private let eventDescriptor = Atomic<Int32>(-1)
    /// Saves a system call for each wake-up while the thread is awake.
    private let signal = Atomic(WakeupState.awake)
    private let isNudged = Atomic(false)
    private let loop = Mutex<Loop?>(nil)

    deinit {
        let descriptor = eventDescriptor.load(ordering: .acquiring)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Begins the loop, with a turn at once.
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
        // Without a loop a nudge is kept, and does not shorten the sleep. The loop sees it when it begins.
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

    /// Returns `false` if the process has no descriptor left. Then the thread looks for work at short intervals.
    private func openEventDescriptor() -> Bool {
        if eventDescriptor.load(ordering: .relaxed) >= 0 { return true }
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard descriptor >= 0 else { return false }
        eventDescriptor.store(descriptor, ordering: .releasing)
        return true
    }

    /// The events at the socket.
    private func poll(_ interest: Interest?, atMost time: Duration) -> Int32 {
        let wanted = interest?.wantsBytes == true ? POLLIN : Int32(POLLRDHUP)
        var watched: InlineArray<2, pollfd> = [
            pollfd(fd: eventDescriptor.load(ordering: .relaxed), events: Int16(POLLIN), revents: 0),
            pollfd(fd: interest?.socket ?? -1, events: Int16(wanted), revents: 0),
        ]
        var span = watched.mutableSpan
        var timeout = timespec(time)
        // `ppoll` takes nanoseconds, because pauses between reads are short.
        let count = unsafe span.withUnsafeMutableBufferPointer { unsafe ppoll($0.baseAddress, 2, &timeout, nil) }
        // An interrupted poll counts as a short sleep.
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
