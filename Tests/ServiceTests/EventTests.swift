import ControlMessages
import ControlServer
import FoundationEssentials
import Messages
import Settings
import Testing

@testable import Pipeline
@testable import Service

@Suite("Events") struct EventTests {
    private let processors = PerSubscription(["updated", "sync"]).mapValues {
        ProcessorSettings(name: $0, queue: "company.\($0)", operation: .update, collection: "companies", key: JSONPointer())
    }

    @Test("A decision becomes one line with what there is to know, and a line is what JSONEncoder would have made") func line() throws {
        var writer = EventWriter()
        func line(_ event: ServiceEvent) -> [UInt8] {
            var lines: [UInt8] = []
            writer.append(event, to: &lines)
            return lines
        }
        let event = ServiceEvent(decision(key: "7"), of: processors[0], at: time(0))
        #expect(
            String(decoding: line(event), as: UTF8.self)
                == #"{"at":"2023-11-14T22:13:20.000Z","collection":"companies","event":"stale","exchange":"","key":"7","latency_milliseconds":1.5,"#
                + #""message_id":"m-1","processor":"updated","routing_key":"company.updated","version":3}"# + "\n")
        var full = event
        full.detail = "\"\\/\n\t\u{0}\u{1F}\u{7F} é 𝄞"
        (full.count, full.endpoint, full.queue, full.version) = (-1, "[::1]:5672", "q", .max)
        let decoded = try ControlJSON.decode(Decoded.self, from: line(full))
        #expect(decoded.detail == full.detail)
        #expect(decoded.at == full.at)
        #expect(decoded.count == -1)
        #expect(decoded.endpoint == full.endpoint)
        #expect(decoded.queue == "q")
        #expect(decoded.version == .max)
        #expect(decoded.latencyMilliseconds == 1.5)
        // The time of another moment is another text.
        full.at = time(1.25)
        #expect(try ControlJSON.decode(Decoded.self, from: line(full)).at == full.at)
    }

    private struct Decoded: Decodable {
        var at: Timestamp
        var detail, endpoint, queue: String?
        var count: Int?
        var version: UInt64?
        var latencyMilliseconds: Double?
    }

    @Test(
        "A filter lets through what fits all of it",
        arguments: [
            (EventFilter(), true), (EventFilter(processor: "updated"), true), (EventFilter(processor: "sync"), false),
            (EventFilter(key: "7"), true), (EventFilter(key: "8"), false), (EventFilter(outcome: "stale"), true),
            (EventFilter(outcome: "written"), false), (EventFilter(outcome: "outage-begins"), false),
            (EventFilter(processor: "updated", key: "7", outcome: "stale"), true),
            (EventFilter(processor: "updated", key: "8", outcome: "stale"), false),
        ])
    func filter(filter: EventFilter, fits: Bool) {
        let decision = decision(key: "7")
        #expect(
            DecisionFilter(filter, processors: processors)?.fits(decision.processor, decision.key, decision.verdict) ?? false == fits)
        #expect(ServiceEvent(decision, of: processors[0], at: time(0)).fits(filter) == fits)
    }

    @Test("Of single messages five hundred at once are told, then a thousand a second; how many were not is told once a second")
    func allowance() {
        let start = ContinuousClock.now
        var allowance = EventRateLimiter(at: start)
        #expect(allowance.room(at: start) == 500)
        allowance.use(500)
        allowance.skip(300)
        #expect(allowance.room(at: start) == 0)
        #expect(allowance.skippedToTell(at: start + .milliseconds(999)) == nil)
        #expect(allowance.room(at: start + .milliseconds(50)) == 50)
        allowance.use(20)
        #expect(allowance.room(at: start + .milliseconds(100)) == 80)
        allowance.skip(1)
        #expect(allowance.skippedToTell(at: start + .seconds(1)) == 301)
        #expect(allowance.skippedToTell(at: start + .seconds(3)) == nil)
        #expect(allowance.room(at: start + .seconds(60)) == 500)
    }

    @Test("What a listener does not fetch is bounded, and counted") func queue() {
        let queue = EventQueue()
        for _ in 0..<EventQueue.bound + 7 { queue.put(ServiceEvent(.consuming)) }
        let first = queue.take()
        #expect(first.events.count == EventQueue.bound)
        #expect(first.dropped == 7)
        #expect(queue.take().events.isEmpty)
    }

    @Test("What happens to the service is told, what decisions tell already is not") func notes() {
        let lost = ServiceEvent(.databaseLost(Fault(message: "connection refused")), processors: processors)
        #expect(lost?.event == .outageBegins)
        #expect(lost?.detail == "connection refused")
        let failed = ServiceEvent(.parkingFailed(1, "no such queue", retryIn: .seconds(1)), processors: processors)
        #expect(failed?.processor == "sync")
    }

    private func decision(key: String) -> Decision {
        Decision(
            processor: 0, key: DocumentKey(legal: key), version: 3, verdict: .stale, detail: nil,
            route: Route(exchange: "", routingKey: "company.updated"), messageID: "m-1", nanoseconds: 0, latencyNanoseconds: 1_500_999)
    }

    private func time(_ seconds: Double) -> Timestamp { Timestamp(Date(timeIntervalSince1970: 1_700_000_000 + seconds)) }
}
