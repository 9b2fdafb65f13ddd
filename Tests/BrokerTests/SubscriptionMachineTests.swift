import Messages
import Testing

@testable import Broker

@Suite("The life of a subscription")
struct SubscriptionMachineTests {
    let start = ContinuousClock.now
    /// A machine that consumes in session 1.
    let consuming: SubscriptionMachine

    init() throws { consuming = try .consuming(since: start) }

    @Test("Tags count from consume-ok to the end of the channel")
    func session() throws {
        var machine = SubscriptionMachine()
        #expect(machine.session == nil)
        _ = machine.connected(now: start)
        #expect(machine.session == nil)
        _ = try machine.consumeOk(session: 4, now: start)
        #expect(machine.session == 4)
        #expect(machine.deliveringSession == 4)
        #expect(machine.disconnected(.heartbeatMissed) == [.unsubscribed(4, .heartbeatMissed)])
        #expect(machine.session == nil)
    }

    @Test("A beginning may be put off for a moment; a pause meanwhile calls it off")
    func putOff() {
        var machine = SubscriptionMachine()
        #expect(machine.connected(now: start, delay: .milliseconds(500)) == [])
        #expect(machine.isConnected && !machine.mayHandOn && machine.deadline == start + .milliseconds(500))
        #expect(machine.want(.on, now: start) == [] && machine.tick(now: start + .milliseconds(499)) == [])
        var paused = machine
        #expect(machine.tick(now: start + .milliseconds(500)) == [.subscribe])
        #expect(paused.want(.paused, now: start) == [] && paused.tick(now: start + .seconds(1)) == [] && paused.deadline == nil)
        #expect(paused.want(.on, now: start + .seconds(2)) == [.subscribe])
    }

    @Test("Wanted only after the connection is there, consuming begins after its delay as well")
    func wantedLater() {
        var machine = SubscriptionMachine()
        #expect(machine.want(.givenUp, now: start) == [])
        #expect(machine.connected(now: start) == [] && machine.isAboutToBegin)
        #expect(machine.want(.on, now: start, delay: .milliseconds(500)) == [])
        #expect(machine.tick(now: start + .milliseconds(499)) == [])
        #expect(machine.tick(now: start + .milliseconds(500)) == [.subscribe])
    }

    @Test("A missing queue is told with the broker's text, the close is answered, and it is tried again after the wait")
    func missingQueue() {
        var machine = SubscriptionMachine()
        _ = machine.connected(now: start)
        let actions = machine.channelClosed(code: 404, text: "NOT_FOUND", now: start, random: 1)
        #expect(actions == [.confirmClose, .failed(.channelClosed(code: 404, text: "NOT_FOUND"), retryIn: SubscriptionMachine.firstWait)])
        #expect(machine.deadline == start + SubscriptionMachine.firstWait)
        #expect(machine.tick(now: start) == [])
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
        #expect(
            machine.channelClosed(code: 404, text: "", now: start, random: 1).last
                == .failed(.channelClosed(code: 404, text: ""), retryIn: SubscriptionMachine.firstWait * 2))
    }

    @Test("A channel closed while consuming ends the session and is opened again")
    func channelClosed() {
        var machine = consuming
        #expect(
            machine.channelClosed(code: 406, text: "timeout", now: start, random: 1) == [
                .confirmClose, .unsubscribed(1, .channelClosed(code: 406, text: "timeout")),
            ])
        #expect(machine.session == nil)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
    }

    @Test("A consumer cancelled by the broker gets a fresh channel")
    func cancelledByBroker() throws {
        var machine = consuming
        #expect(machine.cancelledByBroker(now: start, random: 1) == [.unsubscribed(1, .cancelledByServer), .closeChannel])
        #expect(machine.session == nil)
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
        #expect(try machine.consumeOk(session: 2, now: start) == [.subscribed(2)])
    }

    @Test("When both sides close the channel at once, one subscription follows, not two")
    func closingCrosses() {
        var machine = consuming
        _ = machine.cancelledByBroker(now: start, random: 1)
        #expect(machine.channelClosed(code: 404, text: "", now: start, random: 1) == [.confirmClose])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [.subscribe])
        machine.closeOk(now: start)
        #expect(machine.tick(now: start + SubscriptionMachine.firstWait) == [])
    }

    @Test("A broker that does not answer is reported, again and again", arguments: ["subscribing", "closing", "pausing", "going on"])
    func noAnswer(situation: String) {
        var machine = situation == "subscribing" ? SubscriptionMachine() : consuming
        switch situation {
        case "subscribing": _ = machine.connected(now: start)
        case "closing": _ = machine.cancelledByBroker(now: start, random: 1)
        default:
            _ = machine.want(.paused, now: start)
            if situation == "going on" {
                _ = machine.cancelOk(now: start)
                _ = machine.want(.on, now: start)
            }
        }
        #expect(machine.tick(now: start) == [])
        for times in 1...2 {
            guard case .unanswered(.timedOut) = machine.tick(now: start + SubscriptionMachine.answerTime * times).first else {
                Issue.record("not told for the \(times). time")
                return
            }
        }
    }

    @Test("A confirmation nobody asked for breaks the protocol")
    func strayConsumeOk() {
        var machine = consuming
        #expect(throws: ProtocolViolation.self) { try machine.consumeOk(session: 2, now: start) }
    }

    @Test("Tags that do not rise by one from 1 in each session break the protocol", arguments: [[2], [1, 3], [1, 1], [0]])
    func tags(wrong: [UInt64]) throws {
        var machine = consuming
        #expect(throws: ProtocolViolation.self) { try machine.delivered(wrong.map(delivery)) }
        machine = consuming
        try machine.delivered([delivery(1), delivery(2)])
        try machine.delivered([delivery(3)])
        _ = machine.want(.givenUp, now: start)
        machine.closeOk(now: start)
        _ = machine.want(.on, now: start)
        _ = try machine.consumeOk(session: 2, now: start)
        try machine.delivered([delivery(1)])
    }
}
