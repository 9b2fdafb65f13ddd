import Control
import FoundationEssentials
import Settings
import Synchronization
import Testing

@testable import Mapping
@testable import Pipeline
@testable import Service

@Suite("Events") struct EventTests {
    private let processors = ["updated", "sync"].map {
        ProcessorSettings(name: $0, queue: "company.\($0)", operation: .update, collection: "companies", key: JSONPointer())
    }

    @Test("A decision becomes one line with what there is to know") func line() throws {
        let lines = Lines()
        var listener = Listener(filter: EventFilter(), send: lines.append)
        _ = listener.take(ServiceEvent(decision(key: "7"), of: processors[0], at: time(0)), isLimited: true)
        #expect(
            lines.all == [
                #"{"at":"2023-11-14T22:13:20.000Z","collection":"companies","event":"stale","exchange":"","key":"7","latency_milliseconds":1.5,"#
                    + #""message_id":"m-1","processor":"updated","routing_key":"company.updated","version":3}"#
            ])
    }

    @Test(
        "A filter lets through what fits all of it",
        arguments: [
            (EventFilter(), true), (EventFilter(processor: "updated"), true), (EventFilter(processor: "sync"), false),
            (EventFilter(key: "7"), true), (EventFilter(key: "8"), false), (EventFilter(outcome: "stale"), true),
            (EventFilter(outcome: "written"), false), (EventFilter(processor: "updated", key: "7", outcome: "stale"), true),
            (EventFilter(processor: "updated", key: "8", outcome: "stale"), false),
        ])
    func filter(filter: EventFilter, fits: Bool) {
        let listener = Listener(filter: filter, send: { _ in true })
        #expect(listener.mayFit(decision(key: "7"), processors) == fits)
        #expect(ServiceEvent(decision(key: "7"), of: processors[0], at: time(0)).fits(filter) == fits)
    }

    @Test("Of single messages no more than a thousand a second are told; the next second begins with how many were not")
    func limit() {
        let lines = Lines()
        var listener = Listener(filter: EventFilter(), send: lines.append)
        for _ in 0..<1500 { _ = listener.take(ServiceEvent(decision(key: "7"), of: processors[0], at: time(0.1)), isLimited: true) }
        #expect(lines.all.count == EventHub.linesPerSecond)
        _ = listener.take(ServiceEvent("outage-begins", at: time(0.2)))
        #expect(lines.all.count == EventHub.linesPerSecond + 1)
        _ = listener.take(ServiceEvent(decision(key: "7"), of: processors[0], at: time(1)), isLimited: true)
        #expect(lines.all.count == EventHub.linesPerSecond + 3)
        #expect(lines.all[EventHub.linesPerSecond + 1].contains(#""count":500,"event":"skipped""#))
    }

    @Test("What happens to the service is told, what decisions tell already is not") func notes() {
        let lost = ServiceEvent(.databaseLost(Fault(message: "connection refused")), processors: processors)
        #expect(lost?.event == "outage-begins")
        #expect(lost?.detail == "connection refused")
        let failed = ServiceEvent(.parkingFailed(1, "no such queue", retryIn: .seconds(1)), processors: processors)
        #expect(failed?.processor == "sync")
        #expect(ServiceEvent(.decided([]), processors: processors) == nil)
    }

    private func decision(key: String) -> Decision {
        Decision(
            processor: 0, key: DocumentKey(legal: key), version: 3, verdict: .stale, detail: nil,
            route: Route(exchange: "", routingKey: "company.updated"), messageID: "m-1", nanoseconds: 0, latencyNanoseconds: 1_500_999)
    }

    private func time(_ seconds: Double) -> Timestamp { Timestamp(Date(timeIntervalSince1970: 1_700_000_000 + seconds)) }
}

/// Keeps lines.
private final class Lines: Sendable {
    private let kept = Mutex<[String]>([])
    var all: [String] { kept.withLock { $0 } }
    @Sendable func append(_ line: [UInt8]) -> Bool {
        kept.withLock { $0.append(String(decoding: line, as: UTF8.self)) }
        return true
    }
}
