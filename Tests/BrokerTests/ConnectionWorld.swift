import Schedules

@testable import Broker

/// An owner, its connection and a broker under a virtual clock: logins that fail or take long, connections that die, an owner that wants none for a
/// while, and at some time the end.
struct ConnectionWorld {
    typealias Life = ConnectionLife<Int, Int, Int>
    typealias Instant = ContinuousClock.Instant

    /// The longest that the owner waits for answers before it begins the handshake, and the longest that the handshake takes.
    private static let confirmTime: Duration = .seconds(5), handshakeTime: Duration = .seconds(5), loginTime: Duration = .seconds(1)

    /// Something under way, and when it comes to its end.
    private struct Pending {
        let number: Int
        let until: Instant
        var succeeds = true
    }

    private var random: SplitMix
    private var life: Life
    private let start = ContinuousClock.now
    private var now: Instant
    private let closeAt: Instant
    private var isWanted = true
    private var wantsOtherwiseAt: Instant
    /// Before this instant the world expects no login.
    private var earliest: Instant
    private var lastNumber = 0
    private var attempt: Pending?
    private var link: Pending?
    private var handshake: Pending?
    private(set) var isOver = false
    private(set) var violations: [String] = []

    /// True if an attempt, a connection or a handshake was left behind.
    var leavesSomething: Bool { attempt != nil || link != nil || handshake != nil }

    init(seed: UInt64) {
        random = SplitMix(seed: seed)
        now = start
        life = Life(
            EndpointRotation(count: Int.random(in: 1...3, using: &random)), pace: Bool.random(using: &random) ? .growingWaits : .onDemand)
        closeAt = start + .milliseconds(Int.random(in: 0...120_000, using: &random))
        wantsOtherwiseAt = start + .milliseconds(Int.random(in: 0...60_000, using: &random))
        earliest = start
    }

    mutating func run() {
        check(life.begin(now: now), "does not begin")
        for _ in 0..<10_000 where !isOver {
            if now >= closeAt { life.close(by: closeAt + Self.loginTime) }
            if now >= wantsOtherwiseAt {
                isWanted.toggle()
                wantsOtherwiseAt = now + time(20)
            }
            turn()
        }
        check(isOver, "never over")
    }

    private mutating func turn() {
        switch life.step(now: now, isWanted: isWanted) {
        case .end: end()
        case .sleep(let instant): advance(to: instant)
        case .connect:
            check(attempt == nil && link == nil && handshake == nil, "a second connection")
            check(isWanted && now >= earliest && !life.isClosing, "an attempt that is not due")
            attempt = pending(12, succeeds: .random(in: 0..<3, using: &random) > 0)
            life.connecting(lastNumber)
        case .awaitLogin(let number): awaitLogin(number)
        case .use(let number): use(number)
        case .advance(let number):
            check(number == handshake?.number && link == nil && attempt == nil, "another handshake")
            guard let until = handshake?.until, until <= now else { return advance(to: nil) }
            handshake = nil
            end()
        }
    }

    private mutating func awaitLogin(_ number: Int) {
        check(number == attempt?.number && link == nil, "another attempt")
        guard let attempt, attempt.until <= now else {
            guard case .sleep(let instant) = life.loginPending(now: now) else {
                self.attempt = nil
                return end()
            }
            return advance(to: instant)
        }
        self.attempt = nil
        if attempt.succeeds {
            link = pending(25)
            life.opened(lastNumber, now: now)
        } else {
            failed(life.loginFailed(now: now, random: random.unit(), isLimit: false))
        }
    }

    private mutating func use(_ number: Int) {
        guard let link, link.number == number, attempt == nil else { return violations.append("another connection") }
        if link.until <= now {
            self.link = nil
            failed(life.lost(now: now, random: random.unit(), isLimit: false))
        } else if life.isClosing, now >= closeAt + Self.confirmTime || .random(using: &random) {
            self.link = nil
            handshake = Pending(number: number, until: now + time(5))
            life.closing(number)
        } else {
            if .random(using: &random) { life.succeeded() }
            if !life.isClosing, .random(in: 0..<10, using: &random) == 0 {
                self.link = nil
                earliest = now
                return life.released(now: now)
            }
            advance(to: life.isClosing ? closeAt + Self.confirmTime : now + time(3))
        }
    }

    private mutating func failed(_ wait: Duration) {
        check(wait >= .zero && wait <= EndpointRotation.longestWait, "a wait of \(wait)")
        earliest = now
        if case .disconnected(let until) = life.phase { earliest = until }
    }

    private mutating func end() {
        isOver = true
        life.end()
        check(life.closeDeadline != nil, "over before it was closed")
        check(now <= closeAt + Self.confirmTime + Self.handshakeTime, "over \(now - closeAt) after it was closed")
    }

    /// To the next event, as a thread sleeps that is woken by whatever happens.
    private mutating func advance(to instant: Instant?) {
        let events = [instant, attempt?.until, link?.until, handshake?.until, wantsOtherwiseAt, closeAt].compactMap(\.self)
        now = events.filter { $0 > now }.min() ?? now + .seconds(1)
    }

    private mutating func pending(_ mostSeconds: Int, succeeds: Bool = true) -> Pending {
        lastNumber += 1
        return Pending(number: lastNumber, until: now + time(mostSeconds), succeeds: succeeds)
    }

    private mutating func time(_ mostSeconds: Int) -> Duration {
        .milliseconds(Int.random(in: 0...mostSeconds * 1000, using: &random))
    }

    private mutating func check(_ isSo: Bool, _ text: String) { if !isSo { violations.append("\(text) at \(now - start)") } }
}
