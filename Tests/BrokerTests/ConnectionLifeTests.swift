import Testing

@testable import Broker

@Suite("The life of a connection")
struct ConnectionLifeTests {
    typealias Life = ConnectionLife<String, String, String>
    let start = ContinuousClock.now

    private func life(endpoints: Int = 1, pace: Life.Pace = .growingWaits) -> Life {
        var life = Life(EndpointRotation(count: endpoints), pace: pace)
        #expect(life.begin(now: start) == true)
        return life
    }

    private func connected(endpoints: Int = 1, pace: Life.Pace = .growingWaits, at now: ContinuousClock.Instant) -> Life {
        var life = life(endpoints: endpoints, pace: pace)
        life.connecting("attempt")
        life.opened("connection", now: now)
        life.succeeded()
        return life
    }

    @Test("It begins once, and not after it was closed")
    func begin() {
        var life = Life(EndpointRotation(count: 1), pace: .growingWaits)
        #expect(life.step(now: start, isWanted: true) == .end)
        #expect(life.begin(now: start) && !life.begin(now: start))
        #expect(life.step(now: start, isWanted: true) == .connect(endpoint: 0))
        var closed = Life(EndpointRotation(count: 1), pace: .growingWaits)
        closed.close(by: start)
        #expect(closed.hasEnded && !closed.begin(now: start))
    }

    @Test("It connects when a connection is wanted, and not before the wait is over")
    func wait() {
        var life = life()
        #expect(life.step(now: start, isWanted: false) == .sleep(until: nil))
        let wait = life.loginFailed(now: start, random: 1, isLimit: false)
        #expect(wait == EndpointRotation.firstWait)
        #expect(life.step(now: start, isWanted: true) == .sleep(until: start + wait))
        #expect(life.step(now: start + wait, isWanted: false) == .sleep(until: nil))
        #expect(life.step(now: start + wait, isWanted: true) == .connect(endpoint: 0))
    }

    @Test("On demand every endpoint is tried without a wait, and the last failure says so")
    func onDemand() {
        var life = life(endpoints: 2, pace: .onDemand)
        #expect(life.loginFailed(now: start, random: 0, isLimit: false) == .zero)
        #expect(life.step(now: start, isWanted: true) == .connect(endpoint: 1))
        #expect(life.loginFailed(now: start, random: 0, isLimit: false) > .zero)
        #expect(life.step(now: start, isWanted: true) == .connect(endpoint: 0))
    }

    @Test("Waits grow from one lost connection to the next, and start small after one that has lasted")
    func growingWaits() {
        var (life, now, waits) = (life(), start, [Duration]())
        for lasted: Duration in [.seconds(1), .seconds(9), .milliseconds(9999), .seconds(10), .zero] {
            life.connecting("attempt")
            life.opened("connection", now: now)
            life.succeeded()
            now += lasted
            waits.append(life.lost(now: now, random: 1, isLimit: false))
            #expect(life.step(now: now, isWanted: true) == .sleep(until: now + (waits.last ?? .zero)))
            now += waits.last ?? .zero
            #expect(life.step(now: now, isWanted: true) == .connect(endpoint: 0))
        }
        #expect(waits == [.milliseconds(500), .seconds(1), .seconds(2), .milliseconds(500), .seconds(1)])
    }

    @Test("A limit of the broker is met with longer waits, because each try costs it a login")
    func limit() {
        var life = life()
        let waits = (0..<8).map { _ in life.loginFailed(now: start, random: 1, isLimit: true) }
        #expect(waits.last == EndpointRotation.longestLimitWait && waits == waits.sorted())
    }

    @Test("A connection that its owner lets go of is replaced at once, at the same endpoint")
    func released() {
        var life = connected(endpoints: 2, at: start)
        _ = life.lost(now: start, random: 1, isLimit: false)
        life.connecting("attempt")
        _ = life.loginFailed(now: start, random: 1, isLimit: false)
        life.connecting("attempt")
        life.opened("connection", now: start)
        life.released(now: start)
        #expect(!life.isConnected)
        #expect(life.step(now: start, isWanted: false) == .sleep(until: nil))
        #expect(life.step(now: start, isWanted: true) == .connect(endpoint: 1))
    }

    @Test("After close a login may still finish for a while, and is then left")
    func closeDuringLogin() {
        var life = life()
        life.connecting("attempt")
        #expect(life.step(now: start, isWanted: true) == .awaitLogin("attempt"))
        #expect(life.loginPending(now: start) == .sleep(until: nil))
        life.close(by: start + .seconds(1))
        life.close(by: start + .seconds(9))
        #expect(life.step(now: start, isWanted: true) == .awaitLogin("attempt"))
        #expect(life.loginPending(now: start) == .sleep(until: start + .seconds(1)))
        #expect(life.loginPending(now: start + .seconds(1)) == .end)
    }

    @Test("After close nothing is connected again, whatever happens")
    func closed() {
        var waiting = life()
        waiting.close(by: start)
        #expect(waiting.step(now: start, isWanted: true) == .end)
        var lost = connected(at: start)
        lost.close(by: start)
        #expect(lost.step(now: start, isWanted: true) == .use("connection"), "the owner begins the handshake")
        _ = lost.lost(now: start, random: 1, isLimit: false)
        #expect(lost.step(now: start + .seconds(60), isWanted: true) == .end)
        var closing = connected(at: start)
        closing.close(by: start)
        closing.closing("handshake")
        #expect(closing.step(now: start + .seconds(60), isWanted: true) == .advance("handshake"))
        closing.end()
        #expect(closing.hasEnded && closing.step(now: start, isWanted: true) == .end)
    }

    @Test("Heartbeats are due twice as often as agreed, and never if none were agreed on")
    func heartbeats() {
        var timer = HeartbeatTimer(agreed: .seconds(10), now: start)
        #expect(timer.due == start + .seconds(5) && !timer.takeDue(now: start + .seconds(4)))
        #expect(timer.takeDue(now: start + .seconds(6)) && timer.due == start + .seconds(11))
        var none = HeartbeatTimer(agreed: nil, now: start)
        #expect(none.due == nil && !none.takeDue(now: start + .seconds(60)))
    }

    @Test("In any course of events there is one connection at a time, and nothing is left behind", arguments: UInt64(0)..<200)
    func courses(seed: UInt64) {
        var world = ConnectionWorld(seed: seed)
        world.run()
        #expect(world.violations.isEmpty, "seed \(seed): \(world.violations)")
        #expect(world.isOver && !world.leavesSomething, "seed \(seed)")
    }
}
