import Testing

@testable import Mapping
@testable import Pipeline

@Suite("What the machine is fed")
struct FeedTests {
    @Test("Nothing is mapped while more than `hold` is held, but the end of a channel is always heard")
    func hold() {
        var feed = feed(.none)
        feed.append(.deliveries(0, 1, [delivery(1)]))
        #expect(feed.take(hasRoom: false) == nil)
        feed.append(.unsubscribed(0, 1, isLost: true))
        #expect(feed.take(hasRoom: false) == .other)
        #expect(feed.isEmpty, "what the channel had delivered comes again")
    }

    @Test("Many deliveries are mapped in portions, in order")
    func portions() {
        var feed = feed(.none)
        let count = UInt64(2 * Feed.bulkBound + 1)
        feed.append(.deliveries(0, 1, (1...count).map { delivery($0) }))
        var tags: [UInt64] = []
        while let taken = feed.take() { tags += taken.tags }
        #expect(tags == Array(1...count))
    }

    @Test("Compressed deliveries count as what they may become: of those that may be large each is mapped by itself")
    func compressed() {
        func delivery(_ tag: UInt64, bytes: Int) -> Delivery {
            Delivery(
                tag: DeliveryTag(rawValue: tag), redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .gzip,
                timestamp: nil, bytes: [UInt8](repeating: 0, count: bytes), bodyBytes: bytes)
        }
        var feed = feed(.none)
        feed.largestText = 16 << 20
        feed.append(.deliveries(0, 1, [16_000, 16_000, 100, 100].enumerated().map { delivery(UInt64($0 + 1), bytes: $1) }))
        #expect(feed.take() == .usual([1]))
        #expect(feed.take() == .usual([2]))
        #expect(feed.take() == .usual([3, 4]))
        #expect(feed.isEmpty)
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
        var feed = feed(.none)
        feed.append(.deliveries(0, 1, (1...10).map { delivery($0, again: true) }))
        #expect(feed.take() == .usual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]))
    }

    @Test("Under caution are those that came before among the first `prefetch`, fresh ones between them or not")
    func window() {
        var feed = feed(Caution(measure: .watched), prefetch: 6)
        feed.append(
            .deliveries(
                0, 1, [delivery(1, again: true), delivery(2, again: true), delivery(3), delivery(4, again: true)]))
        feed.append(.deliveries(0, 1, [5, 6, 7, 8].map { delivery($0, again: true) }))
        #expect(feed.take() == .watched([1, 2]))
        #expect(feed.take() == .usual([3]))
        #expect(feed.take() == .watched([4]))
        #expect(feed.take() == .watched([5, 6]))
        #expect(feed.take() == .usual([7, 8]), "more the last process did not hold")
        #expect(feed.isEmpty)
    }

    @Test("A channel that is lost begins the window again, unless a fresh message has come")
    func lostChannel() {
        var feed = feed(Caution(measure: .watched), prefetch: 2)
        func session(_ session: SessionID, _ deliveries: [Delivery]) -> [Taken?] {
            feed.append(.subscribed(0, session))
            feed.append(.deliveries(0, session, deliveries))
            defer {
                feed.append(.unsubscribed(0, session, isLost: true))
                _ = feed.take()
            }
            _ = feed.take()
            return [feed.take()]
        }
        #expect(session(1, [delivery(1, again: true)]) == [.watched([1])])
        #expect(session(2, [delivery(1, again: true)]) == [.watched([1])])
        #expect(session(3, [delivery(1)]) == [.usual([1])])
        #expect(session(4, [delivery(1, again: true)]) == [.usual([1])])
    }

    @Test("Whoever goes alone holds up what is behind it in its own queue, and no other processor")
    func alone() {
        var feed = feed(Caution(measure: .alone), processors: 3)
        feed.append(.deliveries(0, 1, [delivery(1, again: true), delivery(2, again: true), delivery(3)]))
        feed.append(.deliveries(1, 1, [delivery(11, again: true), delivery(12)]))
        feed.append(.subscribed(2, 7))
        feed.append(.deliveries(2, 7, [delivery(21), delivery(22)]))
        #expect(feed.take() == .alone(1))
        #expect(feed.take() == .alone(11))
        #expect(feed.take() == .other)
        #expect(feed.take() == .usual([21, 22]))
        #expect(feed.take() == nil, "nothing has come back")
        feed.crashGuard.release(1, isSettled: true)
        #expect(feed.take() == .usual([12]))
        feed.crashGuard.release(0, isSettled: true)
        #expect(feed.take() == .alone(2))
        #expect(feed.take() == nil, "not even a fresh one: it would be in flight beside it")
        feed.crashGuard.release(0, isSettled: true)
        #expect(feed.take() == .usual([3]))
        #expect(feed.isEmpty && feed.bytes == 0)
    }

    @Test("A message that was named goes alone among others that are only watched")
    func named() {
        let named = delivery(2, again: true).fingerprint(queue: "q0")
        var feed = feed(Caution(measure: .watched, named: [named: 1]))
        feed.append(.deliveries(0, 1, [1, 2, 3].map { delivery($0, again: true) }))
        #expect(feed.take() == .watched([1]))
        #expect(feed.take() == .alone(2))
        #expect(feed.take() == nil)
        feed.crashGuard.release(0, isSettled: true)
        #expect(feed.take() == .watched([3]))
    }

    @Test("Of two messages that were named together, one at a time goes: only so it shows which it is")
    func namedTogether() {
        let first = delivery(1, again: true).fingerprint(queue: "q0"), second = delivery(2, again: true).fingerprint(queue: "q1")
        var feed = feed(Caution(measure: .alone, named: [first: 1, second: 1]), processors: 3)
        feed.append(.deliveries(0, 1, [delivery(1, again: true)]))
        feed.append(.deliveries(1, 1, [delivery(2, again: true)]))
        feed.append(.deliveries(2, 1, [delivery(3, again: true)]))
        #expect(feed.take() == .alone(1))
        #expect(feed.take() == .alone(3), "nobody has named that one")
        #expect(feed.take() == nil)
        feed.crashGuard.release(0, isSettled: true)
        #expect(feed.take() == .alone(2))
    }

    @Test("No more messages go alone than the record has room for")
    func bound() {
        var feed = feed(Caution(measure: .alone), processors: Suspicions.bound + 1)
        for processor in 0...Suspicions.bound { feed.append(.deliveries(processor, 1, [delivery(1, again: true)])) }
        for _ in 0..<Suspicions.bound { #expect(feed.take() == .alone(1)) }
        #expect(feed.take() == nil)
        #expect(feed.crashGuard.suspicions().suspects.count == Suspicions.bound)
        feed.crashGuard.release(0, isSettled: true)
        #expect(feed.take() == .alone(1))
    }

    @Test("A processor that comes with a reload has held nothing before, nor one that comes to another's place")
    func reload() {
        var feed = feed(Caution(measure: .watched), processors: 2)
        feed.crashGuard.settle(1, queue: "another", prefetch: 100, isFirst: false)
        feed.crashGuard.settle(2, queue: "new", prefetch: 100, isFirst: false)
        for processor in 0...2 { feed.append(.deliveries(processor, 1, [delivery(1, again: true)])) }
        #expect(feed.take() == .watched([1]))
        #expect(feed.take() == .usual([1]))
        #expect(feed.take() == .usual([1]))
    }

    @Test("With new connections the window begins again where it was not over; what was settled is not suspected again")
    func newConnections() {
        let named = delivery(1, again: true).fingerprint(queue: "q0"), other = delivery(9, again: true).fingerprint(queue: "q1")
        var old = feed(Caution(measure: .watched, named: [named: 2, other: 1]), processors: 2, prefetch: 3)
        old.append(.deliveries(0, 1, [delivery(1, again: true)]))
        old.append(.deliveries(1, 1, [delivery(5)]))
        #expect(old.take() == .alone(1))
        old.crashGuard.release(0, isSettled: true)
        #expect(old.take() == .usual([5]))

        var new = feed(.none, processors: 2, prefetch: 3)
        new.crashGuard.adopt(old.crashGuard, places: [(there: 0, here: 1), (there: 1, here: 0)])
        #expect(new.crashGuard.suspicions().suspects == [Suspect(fingerprint: other, stage: .before, processes: 1)])
        new.append(.deliveries(1, 2, [delivery(1, again: true)]))
        new.append(.deliveries(0, 2, [delivery(5, again: true)]))
        #expect(new.take() == .watched([1]))
        #expect(new.take() == .usual([5]))
    }

    private func feed(_ caution: Caution, processors: Int = 1, prefetch: Int = 100) -> Feed {
        var feed = Feed(caution)
        for processor in 0..<processors { feed.crashGuard.settle(processor, queue: "q\(processor)", prefetch: prefetch, isFirst: true) }
        return feed
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

extension Feed {
    /// The next portion; a message that goes alone is named.
    mutating func take(hasRoom: Bool = true) -> Taken? {
        guard let portion = next(hasRoom: hasRoom) else { return nil }
        if case .alone(let processor, _, let delivery) = portion { _ = crashGuard.isolate(delivery, of: processor) }
        return Taken(portion)
    }
}

extension Taken {
    init(_ portion: Feed.Portion) {
        self =
            switch portion {
            case .subscribed, .unsubscribed: .other
            case .deliveries(_, _, let list): .usual(list.map(\.tag.rawValue))
            case .watched(_, _, let list): .watched(list.map(\.tag.rawValue))
            case .alone(_, _, let delivery): .alone(delivery.tag.rawValue)
            }
    }
}
