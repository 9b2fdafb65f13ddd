import Settings
import Testing

@testable import Mapping
@testable import Pipeline

@Suite("What the machine is fed")
struct FeedTests {
    @Test("After a start, messages that came before go alone; the first fresh one ends that for its queue")
    func redeliveredGoAlone() {
        var feed = Feed(processors: 2, suspect: nil)
        feed.append(.deliveries(0, 1, [delivery(1, again: true), delivery(2, again: true), delivery(3), delivery(4, again: true)]))
        #expect(feed.next(hasRoom: true, isSuspecting: false)?.tags == [1])
        #expect(feed.next(hasRoom: true, isSuspecting: true)?.tags == nil, "nothing has come back for the first")
        #expect(feed.next(hasRoom: true, isSuspecting: false)?.tags == [2])
        #expect(feed.next(hasRoom: true, isSuspecting: true)?.tags == [3, 4])
        #expect(feed.isEmpty)
    }

    @Test("Nothing is mapped while more than `hold` is held, but the end of a channel is always heard")
    func hold() {
        var feed = Feed(processors: 1, suspect: nil)
        feed.append(.deliveries(0, 1, [delivery(1)]))
        #expect(feed.next(hasRoom: false, isSuspecting: true)?.tags == nil)
        feed.append(.unsubscribed(0, 1))
        guard case .unsubscribed(0, 1) = feed.next(hasRoom: false, isSuspecting: true) else {
            Issue.record("the end waits")
            return
        }
        #expect(feed.isEmpty, "what the channel had delivered comes again")
    }

    @Test("Many deliveries are mapped in portions, in order")
    func portions() {
        var feed = Feed(processors: 1, suspect: nil)
        let count = UInt64(2 * Feed.bulkBound + 1)
        feed.append(.deliveries(0, 1, (1...count).map { delivery($0) }))
        var tags: [UInt64] = []
        while let portion = feed.next(hasRoom: true, isSuspecting: true) { tags += portion.tags }
        #expect(tags == Array(1...count))
    }

    @Test("A message that was being handled when three processes ended is parked unread by the fourth; another one is not")
    func guilty() {
        var settings = ProcessorSettings(name: "a", queue: "q", operation: .update, collection: "c", key: JSONPointer())
        var left: Suspect?
        for process in 1...4 {
            var feed = Feed(processors: 1, suspect: left)
            let (suspect, isGuilty) = feed.suspect(delivery(7, again: true), of: settings)
            #expect(isGuilty == (process == 4))
            #expect(suspect.processes == process)
            left = suspect
        }
        var feed = Feed(processors: 1, suspect: left)
        settings.queue = "other"
        #expect(!feed.suspect(delivery(7, again: true), of: settings).isGuilty)
    }

    private func delivery(_ tag: UInt64, again: Bool = false) -> Delivery {
        Delivery(
            tag: DeliveryTag(rawValue: tag), redelivered: again, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity,
            timestamp: nil, bytes: [UInt8(truncatingIfNeeded: tag)], bodyBytes: 1)
    }
}

extension Feed.Portion {
    fileprivate var tags: [UInt64] {
        switch self {
        case .subscribed, .unsubscribed: []
        case .deliveries(_, _, let list): list.map(\.tag.rawValue)
        case .alone(_, _, let delivery): [delivery.tag.rawValue]
        }
    }
}
