import Broker
import Control
import FoundationEssentials
import Logging
import Service
import Settings
import Testing

extension WholeService {
    @Suite("Observing the running service") struct Observing {
        @Test("What became of messages is told by why, tail, dead and metrics alike") func all() async throws {
            let socket = "/tmp/warren-test-\(UInt32.random(in: .min ... .max)).sock"
            let world = try await World.make(more: "[control]\nsocket = \"\(socket)\"")
            let client = ControlClient(socket: socket, group: nil)
            let context = ControlContext(version: "1", threshold: LogThreshold(.info), environment: [:])
            try await world.serving(control: context) {
                try await eventually("consuming") {
                    let list: ProcessorList? = try? client.send(.get, "/v1/processors")
                    return list?.processors.allSatisfy { $0.state == .consuming } == true
                }
                let lines = Box<[String]>([])
                let reader = Task.detached {
                    try client.lines(EventFilter(processor: "updated").path) { line in
                        lines.update { $0.append(String(decoding: line, as: UTF8.self)) }
                        return lines.value.count < 4
                    }
                }
                // Nothing says that the stream has begun but its first line.
                try await eventually("the first event") {
                    try await world.publish([#"{"id":"warm-up","version":1}"#], to: "updated")
                    return !lines.value.isEmpty
                }
                try await world.publish(
                    [#"{"id":"7","version":2,"name":"a"}"#, #"{"id":"7","version":1,"name":"b"}"#, "not json"], to: "updated")
                // A document is there, and a dead letter too, a moment before Warren knows.
                try await eventually("written, stale and parked") {
                    let report: HistoryReport = try client.send(.get, "/v1/history/companies/7")
                    let status: ProcessorStatus = try client.send(.get, "/v1/processors/updated")
                    return report.decisions.count == 2 && status.totals.parked == 1
                }
                try await reader.value

                let report: HistoryReport = try client.send(.get, "/v1/history/companies/7")
                #expect(report.decisions.map(\.outcome) == ["stale", "written"])
                #expect(report.decisions.map(\.version) == [1, 2])
                #expect(report.decisions.allSatisfy { $0.processor == "updated" && $0.routingKey.hasSuffix(".updated") })
                let nothing: HistoryReport = try client.send(.get, "/v1/history/companies/8")
                #expect(nothing.decisions.isEmpty)
                #expect(nothing.remembered >= 3)

                let listing: DeadLetterListing = try client.send(.get, "/v1/dead-letters/updated")
                #expect(listing.reasons.map(\.reason) == ["not-json"])
                let metrics = String(decoding: try client.text(.get, "/metrics"), as: UTF8.self)
                #expect(metrics.contains(#"warren_deliveries_settled_total{processor="updated",outcome="parked"} 1"#))
                #expect(metrics.contains(#"warren_processor_state{processor="updated",state="consuming"} 1"#))

                let request = ExplainRequest(processor: "updated", body: Data(#"{"id":"9","version":1}"#.utf8).base64EncodedString())
                let explanation: Explanation = try client.send(.post, "/v1/explain", body: request)
                #expect(explanation.requests.first?.body == #"[{"_key":"9","id":"9","version":1,"invalidated":false}]"#)
                #expect(world.documents["9"] == nil)
            }
        }
    }
}
