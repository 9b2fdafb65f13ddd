import Messages
import Testing

@testable import Pipeline

@Suite("What the machine is fed")
struct FeedTests {
    @Test("Nothing is mapped while more than `hold` is held, but the end of a channel is always heard")
    func hold() {
        var intake = intake(.none)
        intake.append(.deliveries(0, 1, [delivery(1)]))
        #expect(intake.take(hasRoom: false) == nil)
        intake.append(.unsubscribed(0, 1, isLost: true))
        #expect(intake.take(hasRoom: false) == .other)
        #expect(intake.isEmpty, "what the channel had delivered comes again")
    }

    @Test("Many deliveries are mapped in portions, in order")
    func portions() {
        var intake = intake(.none)
        let count = UInt64(2 * IntakeQueue.bulkBound + 1)
        intake.append(.deliveries(0, 1, (1...count).map { delivery($0) }))
        var tags: [UInt64] = []
        while let taken = intake.take() { tags += taken.tags }
        #expect(tags == Array(1...count))
    }

    @Test("Compressed deliveries count as what they may become: of those that may be large each is mapped by itself")
    func compressed() {
        func delivery(_ tag: UInt64, bytes: Int) -> Delivery {
            Delivery(
                tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .gzip,
                timestamp: nil, bytes: [UInt8](repeating: 0, count: bytes), bodyBytes: bytes)
        }
        var intake = intake(.none)
        intake.largestText = 16 << 20
        intake.append(.deliveries(0, 1, [16_000, 16_000, 100, 100].enumerated().map { delivery(UInt64($0 + 1), bytes: $1) }))
        #expect(intake.take() == .usual([1]))
        #expect(intake.take() == .usual([2]))
        #expect(intake.take() == .usual([3, 4]))
        #expect(intake.isEmpty)
    }

    @Test("Reading pauses while more waits than a bound, once, and until it was looked at")
    func inbox() {
        var inbox = Inbox()
        let large = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: [UInt8](repeating: 0, count: Inbox.bytesBound), bodyBytes: 1)
        let told = [large, delivery(2), delivery(3)].map { inbox.append(.deliveries(0, 1, [$0])) }
        #expect(told == [false, true, false])
        let (list, hasPaused) = inbox.takeArrivals()
        #expect(list.count == 3 && hasPaused && inbox.isEmpty && !inbox.hasPaused)
        let isTooMuch = inbox.append(.deliveries(0, 1, [delivery(4)]))
        let next = inbox.takeArrivals()
        #expect(!isTooMuch && !next.hasPaused)
    }

    @Test("After a process that stopped in order, messages that came before are like any other")
    func afterStop() {
        var intake = intake(.none)
        intake.append(.deliveries(0, 1, (1...10).map { delivery($0, again: true) }))
        #expect(intake.take() == .usual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
    }

    @Test("Under caution are those that came before among the first `prefetch`, fresh ones between them or not")
    func window() {
        var intake = intake(Caution(measure: .watched), prefetch: 6)
        intake.append(
            .deliveries(
                0, 1, [delivery(1, again: true), delivery(2, again: true), delivery(3), delivery(4, again: true)]))
        intake.append(.deliveries(0, 1, [5, 6, 7, 8].map { delivery($0, again: true) }))
        #expect(intake.take() == .watched([1, 2]))
        #expect(intake.take() == .usual([3]))
        #expect(intake.take() == .watched([4]))
        #expect(intake.take() == .watched([5, 6]))
        #expect(intake.take() == .usual([7, 8]), "more the last process did not hold")
        #expect(intake.isEmpty)
    }

    @Test("A channel that is lost begins the window again, unless a fresh message has come")
    func lostChannel() {
        var intake = intake(Caution(measure: .watched), prefetch: 2)
        func session(_ session: SessionID, _ deliveries: [Delivery]) -> [Taken?] {
            intake.append(.subscribed(0, session))
            intake.append(.deliveries(0, session, deliveries))
            defer {
                intake.append(.unsubscribed(0, session, isLost: true))
                _ = intake.take()
            }
            _ = intake.take()
            return [intake.take()]
        }
        #expect(session(1, [delivery(1, again: true)]) == [.watched([1])])
        #expect(session(2, [delivery(1, again: true)]) == [.watched([1])])
        #expect(session(3, [delivery(1)]) == [.usual([1])])
        #expect(session(4, [delivery(1, again: true)]) == [.usual([1])])
    }

    @Test("A message that goes alone holds up what is behind it in its own queue, and no other processor")
    func alone() {
        var intake = intake(Caution(measure: .alone), processors: 3)
        intake.append(.deliveries(0, 1, [delivery(1, again: true), delivery(2, again: true), delivery(3)]))
        intake.append(.deliveries(1, 1, [delivery(11, again: true), delivery(12)]))
        intake.append(.subscribed(2, 7))
        intake.append(.deliveries(2, 7, [delivery(21), delivery(22)]))
        #expect(intake.take() == .alone(1))
        #expect(intake.take() == .alone(11))
        #expect(intake.take() == .other)
        #expect(intake.take() == .usual([21, 22]))
        #expect(intake.take() == nil, "nothing has come back")
        intake.poisonGuard.release(1, isSettled: true)
        #expect(intake.take() == .usual([12]))
        intake.poisonGuard.release(0, isSettled: true)
        #expect(intake.take() == .alone(2))
        #expect(intake.take() == nil, "not even a fresh one: it would be in flight beside it")
        intake.poisonGuard.release(0, isSettled: true)
        #expect(intake.take() == .usual([3]))
        #expect(intake.isEmpty && intake.bytes == 0)
    }

    @Test("A message that was named goes alone among others that are only watched")
    func named() {
        let named = delivery(2, again: true).fingerprint(queue: "q0")
        var intake = intake(Caution(measure: .watched, named: [named: 1]))
        intake.append(.deliveries(0, 1, [1, 2, 3].map { delivery($0, again: true) }))
        #expect(intake.take() == .watched([1]))
        #expect(intake.take() == .alone(2))
        #expect(intake.take() == nil)
        intake.poisonGuard.release(0, isSettled: true)
        #expect(intake.take() == .watched([3]))
    }

    @Test("Of two messages that were named together, one at a time goes: only so it shows which it is")
    func namedTogether() {
        let first = delivery(1, again: true).fingerprint(queue: "q0"), second = delivery(2, again: true).fingerprint(queue: "q1")
        var intake = intake(Caution(measure: .alone, named: [first: 1, second: 1]), processors: 3)
        intake.append(.deliveries(0, 1, [delivery(1, again: true)]))
        intake.append(.deliveries(1, 1, [delivery(2, again: true)]))
        intake.append(.deliveries(2, 1, [delivery(3, again: true)]))
        #expect(intake.take() == .alone(1))
        #expect(intake.take() == .alone(3), "nobody has named that one")
        #expect(intake.take() == nil)
        intake.poisonGuard.release(0, isSettled: true)
        #expect(intake.take() == .alone(2))
    }

    @Test("No more messages go alone than the record has room for")
    func bound() {
        var intake = intake(Caution(measure: .alone), processors: PoisonRecords.bound + 1)
        for number in 0...PoisonRecords.bound {
            intake.append(.deliveries(SubscriptionID(rawValue: number), 1, [delivery(1, again: true)]))
        }
        for _ in 0..<PoisonRecords.bound { #expect(intake.take() == .alone(1)) }
        #expect(intake.take() == nil)
        #expect(intake.poisonGuard.poisonRecords().records.count == PoisonRecords.bound)
        intake.poisonGuard.release(0, isSettled: true)
        #expect(intake.take() == .alone(1))
    }

    @Test("A processor that comes with a reload has held nothing before, nor one that comes to another's place")
    func reload() {
        var intake = intake(Caution(measure: .watched), processors: 2)
        intake.poisonGuard.settle(1, queue: "another", prefetch: 100, isFirst: false)
        intake.poisonGuard.settle(2, queue: "new", prefetch: 100, isFirst: false)
        for processor: SubscriptionID in [0, 1, 2] { intake.append(.deliveries(processor, 1, [delivery(1, again: true)])) }
        #expect(intake.take() == .watched([1]))
        #expect(intake.take() == .usual([1]))
        #expect(intake.take() == .usual([1]))
    }

    @Test("With new connections the window begins again where it was not over; what was settled is not suspected again")
    func newConnections() {
        let named = delivery(1, again: true).fingerprint(queue: "q0"), other = delivery(9, again: true).fingerprint(queue: "q1")
        var old = intake(Caution(measure: .watched, named: [named: 2, other: 1]), processors: 2, prefetch: 3)
        old.append(.deliveries(0, 1, [delivery(1, again: true)]))
        old.append(.deliveries(1, 1, [delivery(5)]))
        #expect(old.take() == .alone(1))
        old.poisonGuard.release(0, isSettled: true)
        #expect(old.take() == .usual([5]))

        var new = intake(.none, processors: 2, prefetch: 3)
        new.poisonGuard.adopt(old.poisonGuard, subscriptions: [(there: 0, here: 1), (there: 1, here: 0)])
        #expect(new.poisonGuard.poisonRecords().records == [PoisonRecord(fingerprint: other, stage: .before, processes: 1)])
        new.append(.deliveries(1, 2, [delivery(1, again: true)]))
        new.append(.deliveries(0, 2, [delivery(5, again: true)]))
        #expect(new.take() == .watched([1]))
        #expect(new.take() == .usual([5]))
    }

    private func intake(_ caution: Caution, processors: Int = 1, prefetch: Int = 100) -> IntakeQueue {
        var intake = IntakeQueue(caution)
        for number in 0..<processors {
            intake.poisonGuard.settle(SubscriptionID(rawValue: number), queue: "q\(number)", prefetch: prefetch, isFirst: true)
        }
        return intake
    }

    private func delivery(_ tag: UInt64, again: Bool = false) -> Delivery {
        Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: again, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity,
            timestamp: nil, bytes: [UInt8(truncatingIfNeeded: tag)], bodyBytes: 1)
    }
}

/// A portion, as far as tests look at it.
enum Taken: Equatable {
    case usual([UInt64]), watched([UInt64]), alone(UInt64), other

    var tags: [UInt64] {
        switch self {
        case .usual(let tags), .watched(let tags): tags
        case .alone(let tag): [tag]
        case .other: []
        }
    }
}

extension IntakeQueue {
    /// The next portion; a message that goes alone is named.
    mutating func take(hasRoom: Bool = true) -> Taken? {
        guard let portion = next(hasRoom: hasRoom, at: .now) else { return nil }
        if case .alone(let processor, _, let delivery) = portion { _ = poisonGuard.isolate(delivery, of: processor) }
        return Taken(portion)
    }
}

extension Taken {
    init(_ portion: IntakeQueue.Portion) {
        self =
            switch portion {
            case .subscribed, .unsubscribed: .other
            case .deliveries(_, _, let list): .usual(list.map(\.tag.rawValue))
            case .watched(_, _, let list): .watched(list.map(\.tag.rawValue))
            case .alone(_, _, let delivery): .alone(delivery.tag.rawValue)
            }
    }
}
