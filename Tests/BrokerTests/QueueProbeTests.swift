import Testing

@testable import Broker

@Suite("Consuming is proven, not assumed")
struct ConsumptionProofTests {
    let start = ContinuousClock.now
    /// When the queues are looked at in turn.
    var round: ContinuousClock.Instant { start + QueueProbe.round }
    var later: ContinuousClock.Instant { start + QueueProbe.patience }

    @Test("A delivery proves it: the queue is not looked at for that")
    func delivery() {
        var proof = QueueProbe()
        proof.subscribed(0, now: start)
        #expect(proof.deadline == later)
        proof.settled(0)
        #expect(proof.deadline == round)
        #expect(proof.tick(now: later) == [])
    }

    @Test("Without one the queue is looked at once; if it is empty that is proof enough")
    func emptyQueue() throws {
        var proof = QueueProbe()
        proof.subscribed(3, now: start)
        #expect(proof.tick(now: start) == [])
        #expect(proof.tick(now: later) == [.look(3)])
        #expect(proof.isChannelOpen && !proof.isChannelClosing)
        #expect(try proof.declared(depth(0)) == [.depth(3, depth(0)), .closeChannel])
        #expect(!proof.isChannelOpen && proof.isChannelClosing)
        proof.closeOk()
        #expect(proof.deadline == round && !proof.isChannelClosing)
    }

    @Test("Messages that are ready and do not come are told once in a session")
    func unproven() throws {
        var proof = QueueProbe()
        for _ in 1...2 {
            proof.subscribed(0, now: start)
            #expect(proof.tick(now: later) == [.look(0)])
            #expect(try proof.declared(depth(7)) == [.depth(0, depth(7)), .unproven(0, ready: 7), .closeChannel])
            proof.closeOk()
            #expect(proof.deadline == round)
        }
    }

    @Test("A delivery, or the end of the session, while the answer is on its way makes it meaningless", arguments: [true, false])
    func overtaken(byNewSession: Bool) throws {
        var proof = QueueProbe()
        proof.subscribed(0, now: start)
        _ = proof.tick(now: later)
        if byNewSession { proof.subscribed(0, now: later) } else { proof.settled(0) }
        #expect(try proof.declared(depth(7)) == [.depth(0, depth(7)), .closeChannel])
        proof.closeOk()
        _ = proof.tick(now: round)
        _ = try proof.declared(depth(7))
        proof.closeOk()
        #expect(proof.tick(now: later + QueueProbe.patience) == (byNewSession ? [.look(0)] : []))
    }

    @Test("Queues are looked at one after the other, and a missing one does not keep the next from its turn")
    func oneAtATime() throws {
        var proof = QueueProbe()
        for index in 0...2 { proof.subscribed(index, now: start) }
        #expect(proof.tick(now: later) == [.look(0)])
        #expect(proof.tick(now: later) == [])
        #expect(proof.deadline == nil)
        #expect(proof.channelClosed() == [.confirmClose])
        #expect(proof.tick(now: later) == [.look(1)])
        _ = try proof.declared(depth(0))
        #expect(proof.tick(now: later) == [])
        proof.closeOk()
        #expect(proof.tick(now: later) == [.look(2)])
    }

    @Test("If both sides close the channel at once, each is answered, and the next look opens it again")
    func crossing() throws {
        var proof = QueueProbe()
        proof.subscribed(0, now: start)
        _ = proof.tick(now: later)
        _ = try proof.declared(depth(1))
        #expect(proof.channelClosed() == [.confirmClose])
        proof.closeOk()
        proof.subscribed(1, now: start)
        #expect(proof.tick(now: later) == [.look(1)])
    }

    @Test("An answer nobody asked for breaks the protocol")
    func stray() {
        var proof = QueueProbe()
        #expect(throws: ProtocolViolation.self) { try proof.declared(depth(0)) }
    }

    @Test("A subscription that is removed is looked at no longer, and an answer that is on its way about it is not told")
    func removed() throws {
        var proof = QueueProbe()
        for index in 0...1 { proof.subscribed(index, now: start) }
        for index in 0...1 { proof.settled(index) }
        guard case .look(let looked)? = proof.tick(now: round).first else { return #expect(Bool(false), "nothing is looked at") }
        proof.removed(looked)
        #expect(try proof.declared(depth(7)) == [.closeChannel])
        proof.closeOk()
        for number in 1...4 {
            #expect(proof.tick(now: round + QueueProbe.round * number) == [.look(1 - looked)])
            _ = try proof.declared(depth(0))
            proof.closeOk()
        }
        proof.removed(1 - looked)
        #expect(proof.deadline == nil)
        #expect(proof.tick(now: round + QueueProbe.round * 10) == [])
    }

    @Test(
        "Queues of dead letters are looked at half a minute apart; of one that is missing it is told that it is empty, and it is asked for seldom"
    )
    func letters() throws {
        var proof = QueueProbe()
        proof.subscribed(0, hasLetters: true, now: start)
        proof.settled(0)
        #expect(proof.deadline == later)
        #expect(proof.tick(now: later) == [.lookAtLetters(0)])
        #expect(proof.isChannelOpen)
        #expect(try proof.declared(depth(7)) == [.letters(0, ready: 7), .closeChannel])
        proof.closeOk()
        // A new session does not begin the round again.
        proof.subscribed(0, hasLetters: true, now: later)
        proof.settled(0)
        var (now, looks) = (later, [ContinuousClock.Instant]())
        while looks.count < 2 {
            now = try #require(proof.deadline)
            let actions = proof.tick(now: now)
            if actions == [.lookAtLetters(0)] {
                looks.append(now)
                #expect(proof.channelClosed() == [.letters(0, ready: 0), .confirmClose])
            } else {
                _ = try proof.declared(depth(0))
                proof.closeOk()
            }
        }
        #expect(looks[0] == later + QueueProbe.letterRound)
        #expect(looks[1] >= looks[0] + QueueProbe.missingLetterRound)
        #expect(looks[1] < looks[0] + QueueProbe.missingLetterRound + .seconds(1))
    }

    @Test("A subscription that is removed has no letters any more, and an answer about them is not told") func removedLetters() throws {
        var proof = QueueProbe()
        proof.subscribed(0, hasLetters: true, now: start)
        proof.settled(0)
        _ = proof.tick(now: later)
        proof.removed(0)
        #expect(try proof.declared(depth(7)) == [.closeChannel])
        proof.closeOk()
        #expect(proof.deadline == nil)
    }

    @Test("Each queue is looked at in turn, proven or not, and what is in it is told")
    func depths() throws {
        var proof = QueueProbe()
        for index in 0...1 {
            proof.subscribed(index, now: start)
            proof.settled(index)
        }
        var (now, looks) = (start, [QueueProbe.Action]())
        while looks.count < 4 {
            now = try #require(proof.deadline)
            looks += proof.tick(now: now)
            #expect(try proof.declared(depth(looks.count)).contains(.closeChannel))
            proof.closeOk()
        }
        #expect(looks == [.look(1), .look(0), .look(1), .look(0)])
        #expect(now == round + QueueProbe.round / 2 * 3)
    }
}

private func depth(_ messages: Int) -> QueueDepth { QueueDepth(messages: messages, consumers: 1) }
