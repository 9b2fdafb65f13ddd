import Broker
import ControlClients
import ControlMessages
import FoundationEssentials
import Glibc
import Logging
import Nodes
import Settings
import Testing
import Waiting

@testable import Service

extension WholeService {
    @Suite("Observing the running service") struct Observing {
        @Test("What became of messages is told by why, tail, dead and metrics alike") func all() async throws {
            let socket = "/tmp/warren-test-\(UInt32.random(in: .min ... .max)).sock"
            let world = try await World.make(more: "[control]\nsocket = \"\(socket)\"")
            let client = AsyncControlClient(socket: socket)
            let context = ControlContext(version: "1", threshold: LogThreshold(.info), environment: [:])
            try await world.serving(control: context) {
                try await eventually("consuming") {
                    let list: ProcessorList? = try? await client.send(.get, "/v1/processors")
                    return list?.processors.allSatisfy { $0.state == .consuming } == true
                }
                let lines = Box<[String]>([])
                let reader = Task {
                    try await client.lines(EventFilter(processor: "updated").path) { line in
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
                    let report: HistoryReport = try await client.send(.get, "/v1/history/companies/7")
                    let status: ProcessorStatus = try await client.send(.get, "/v1/processors/updated")
                    return report.decisions.count == 2 && status.totals.parked == 1
                }
                try await reader.value

                let report: HistoryReport = try await client.send(.get, "/v1/history/companies/7")
                #expect(report.decisions.map(\.outcome) == ["stale", "written"])
                #expect(report.decisions.map(\.version) == [1, 2])
                #expect(report.decisions.allSatisfy { $0.processor == "updated" && $0.routingKey.hasSuffix(".updated") })
                let nothing: HistoryReport = try await client.send(.get, "/v1/history/companies/8")
                #expect(nothing.decisions.isEmpty)
                #expect(nothing.remembered >= 3)

                let listing: DeadLetterListing = try await client.send(.get, "/v1/dead-letters/updated")
                #expect(listing.reasons.map(\.reason) == ["not-json"])
                let metrics = String(decoding: try await client.text(.get, "/metrics"), as: UTF8.self)
                #expect(metrics.contains(#"warren_deliveries_settled_total{processor="updated",outcome="parked"} 1"#))
                #expect(metrics.contains(#"warren_processor_state{processor="updated",state="consuming"} 1"#))

                let request = ExplainRequest(processor: "updated", body: Data(#"{"id":"9","version":1}"#.utf8).base64EncodedString())
                let explanation: Explanation = try await client.send(.post, "/v1/explain", body: request)
                #expect(explanation.requests.first?.body == #"[{"_key":"9","id":"9","version":1,"invalidated":false}]"#)
                #expect(world.documents["9"] == nil)
            }
        }

        @Test("What a listener does not get of many messages is counted: both together are all of them")
        func many() async throws {
            struct Line: Decodable {
                let event: String
                let count: Int?
            }
            let daemon = try DaemonProcess(in: try await World.make())
            defer { daemon.removeFiles() }
            let process = try daemon.start()
            try await daemon.consuming()
            let output = "\(daemon.directory)/tail"
            let tail = try ChildProcess(
                DaemonProcess.binary, ["tail", "--socket", daemon.socket, "--processor", "updated"], environment: [:], output: output)
            func told() throws -> [String: Int] {
                let text = try String(contentsOfFile: output, encoding: .utf8)
                // The last line may be on its way.
                let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                return try lines.reduce(into: [:]) { told, text in
                    let line = try ControlJSON.decode(Line.self, from: text.utf8)
                    told[line.event, default: 0] += line.count ?? 1
                }
            }
            // Nothing says that the stream has begun but its first line.
            var version = 0
            try await eventually("the first event") {
                version += 1
                try await daemon.world.publish([#"{"id":"warm-up","version":\#(version)}"#], to: "updated")
                return try !told().isEmpty
            }
            let count = 5000
            // All at once, as fast as this machine can.
            let _: ProcessorChange = try await daemon.client.send(.post, "/v1/processors/updated/pause")
            try await daemon.world.publish((1...count).map { #"{"id":"\#($0)","version":1}"# }, to: "updated")
            let _: ProcessorChange = try await daemon.client.send(.post, "/v1/processors/updated/resume")
            try await eventually("all are told or counted") {
                try told()["written", default: 0] + told()["skipped", default: 0] >= count
            }
            try await eventually("nothing more is") {
                let now: ProcessorStatus = try await daemon.client.send(.get, "/v1/processors/updated")
                return now.totals.written == count + version
            }
            let told = try told()
            #expect(told["written", default: 0] >= EventRateLimiter.atOnce)
            #expect((count...count + version).contains(told["written", default: 0] + told["skipped", default: 0]))
            tail.send(SIGTERM)
            _ = try await tail.end(within: 60)
            try await daemon.stop(process)
        }
    }
}
