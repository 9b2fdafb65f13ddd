import ControlMessages
import ControlServer
import FoundationEssentials
import Glibc
import Messages
import Settings
import Store
import Testing

@testable import Pipeline
@testable import Service

@Suite("Metrics") struct MetricsTests {
    @Test("A page has HELP and TYPE for each metric; histograms count upwards, and labels are escaped") func page() {
        var requests = MetricFamily("warren_requests_total", .counter, "Requests,\nof all kinds.")
        requests.add(.integer(3), ("endpoint", #"http://"a"\b"#), ("outcome", "answered"))
        var histogram = Histogram(bounds: [1_000_000, 10_000_000])
        for value in [500_000, 2_000_000, 3_000_000, 90_000_000] { histogram.add(value) }
        let times = MetricFamily.single("warren_time_seconds", .histogram, "Times.", .histogram(histogram, unit: 1e-9))
        let empty = MetricFamily("warren_nothing", .gauge, "Nothing.")
        #expect(
            PrometheusText.render([requests, times, empty]) == #"""
                # HELP warren_requests_total Requests,\nof all kinds.
                # TYPE warren_requests_total counter
                warren_requests_total{endpoint="http://\"a\"\\b",outcome="answered"} 3
                # HELP warren_time_seconds Times.
                # TYPE warren_time_seconds histogram
                warren_time_seconds_bucket{le="0.001"} 1
                warren_time_seconds_bucket{le="0.01"} 3
                warren_time_seconds_bucket{le="+Inf"} 4
                warren_time_seconds_sum 0.0955
                warren_time_seconds_count 4

                """#)
    }

    @Test("`promtool check metrics` has nothing to say against the page", .enabled(if: Promtool.isThere, Promtool.whyNot))
    func promtool() throws {
        let result = try Promtool.run(["check", "metrics"], input: Self.page)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.isEmpty, "\(result.output)")
    }

    @Test("`promtool check rules` accepts the alert rules that are shipped", .enabled(if: Promtool.isThere, Promtool.whyNot))
    func rules() throws {
        let result = try Promtool.run(["check", "rules", Self.path("etc/prometheus/warren.rules.yml")], input: "")
        #expect(result.status == 0, "\(result.output)")
    }

    @Test(
        "Every metric that the alert rules and the dashboard name is one that Warren tells",
        arguments: ["prometheus/warren.rules.yml", "grafana/warren.json"])
    func named(file: String) throws {
        let text = try String(contentsOfFile: Self.path("etc/\(file)"), encoding: .utf8)
        // Descriptions in rules speak of the families, expressions of their series.
        let told = Set(
            Self.page.split(separator: "\n").map { String($0.replacing("# HELP ", with: "").prefix { $0 != "{" && $0 != " " }) })
        let named = text.matches(of: /\b(?:warren|process)_[a-z_]+\b/).map { String($0.output) }.filter { $0 != "warren_" }
        #expect(!named.isEmpty)
        for name in Set(named) { #expect(told.contains(name), "\(name)") }
    }

    @Test("The dashboard is JSON with panels that each ask for something") func dashboard() throws {
        struct Dashboard: Decodable {
            struct Panel: Decodable {
                struct Target: Decodable { let expr: String }
                let title: String
                let targets: [Target]
            }
            let panels: [Panel]
        }
        let data = try Data(contentsOf: URL(filePath: Self.path("etc/grafana/warren.json")))
        let dashboard = try JSONDecoder().decode(Dashboard.self, from: data)
        #expect(dashboard.panels.count > 10)
        #expect(dashboard.panels.allSatisfy { !$0.targets.isEmpty && !$0.title.isEmpty })
    }

    @Test("No job name is wired in, and each panel about processors can be had for one of them") func anyJob() throws {
        for file in ["prometheus/warren.rules.yml", "grafana/warren.json"] {
            let text = try String(contentsOfFile: Self.path("etc/\(file)"), encoding: .utf8)
            #expect(!text.contains("job=") && !text.contains("job=~"), "\(file)")
        }
        let dashboard = try String(contentsOfFile: Self.path("etc/grafana/warren.json"), encoding: .utf8)
        let families = [
            "deliveries", "queue", "receive", "publish", "writes", "oldest", "processor", "dead", "onward", "partitions", "resync",
            "delivery",
        ]
        for match in dashboard.matches(of: /warren_([a-z]+)_?[a-z_]*\{([^}]*)\}/) {
            // What is held in all is no processor's.
            guard families.contains(String(match.output.1)), !match.output.0.hasPrefix("warren_deliveries_held") else { continue }
            guard !match.output.0.hasPrefix("warren_processor_state{instance=~\\\"$instance\\\"}") else { continue }
            #expect(match.output.2.contains("processor=~"), "\(match.output.0)")
        }
    }

    @Test("Labels are bounded: only processors, outcomes, endpoints, states and the version have values of their own") func labels() {
        let names = Self.page.matches(of: /[{,]([a-z_]+)="/).map { String($0.output.1) }
        #expect(Set(names) == ["processor", "outcome", "endpoint", "state", "version", "le", "fault"])
    }

    /// A page with every metric on it.
    private static var page: String {
        var settings = Settings()
        for name in ["updated", "sync"] {
            settings.processors.append(
                ProcessorSettings(name: name, queue: "company.\(name)", operation: .update, collection: "companies", key: JSONPointer()))
        }
        settings.processors[0].emit = try? EmitSettings(exchange: "x", routingKey: RoutingKeyTemplate("k"))
        settings.processors[0].rate = MessageRate(500, per: .second)
        var machine = PipelineMachine(settings: settings, seed: 1)
        let published: [UInt8] = [15] + Array("timestamp_in_ms".utf8) + [UInt8(ascii: "l"), 0, 0, 0, 0, 0, 0, 0, 1]
        let delivery = Delivery(
            tag: 1, redelivered: false, route: Route(exchange: "", routingKey: "q"), contentEncoding: .identity, timestamp: nil,
            bytes: [0x20, 0, 0, 0, 0, UInt8(published.count)] + published, bodyBytes: 0)
        machine.processors[0].times.settled(delivery, latencyNanoseconds: 1_000_000, atWallMilliseconds: 1)
        let statuses = settings.processors.map {
            ProcessorStatus(
                name: $0.name, queue: $0.queue, operation: "update", collection: $0.collection, state: .paused, since: .now, ready: 5,
                partitions: .init(count: 2, held: [0], consumers: 1), pause: PauseReport(since: .now),
                deadLetters: .init(ready: 3, waitingSeconds: 60))
        }
        let service = ServiceStatus(
            version: "1.2.3", pid: 1, state: .running, since: .now, health: HealthReport(reasons: []), logLevel: "info")
        var server = ServerStatus(kind: "arangodb", endpoint: "http://127.0.0.1:8529", state: .up)
        var license = ServerStatus.License(state: "limit-reached")
        (license.bytesUsed, license.bytesLimit) = (110_000_000_000, 107_374_182_400)
        server.license = license
        return PrometheusText.render(
            ServiceMetrics(
                version: "1.2.3", table: SubscriptionTable(settings), snapshot: PipelineSnapshot(machine, at: .now),
                endpoints: [CoordinatorReport(endpoint: "http://127.0.0.1:8529")],
                status: StatusReport(service: service, processors: statuses, servers: [server]),
                runs: [ResyncRun(processor: "sync", id: "r", scope: "companies by warren_run", at: 1000)], process: .now()
            ).families)
    }

    private static func path(_ file: String) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(file)").standardized.path(percentEncoded: false)
    }
}

/// Prometheus's own checker, which `packaging/test` provides.
private enum Promtool {
    static let isThere = status(of: "command -v promtool >/dev/null") == 0
    static let whyNot: Comment = "promtool is not on the PATH; `packaging/test` provides it"

    /// Runs it; `output` is all that it says.
    static func run(_ arguments: [String], input: String) throws -> (status: Int32, output: String) {
        let file = FileManager.default.temporaryDirectory.appending(path: "warren-promtool-\(UInt64.random(in: .min ... .max))")
        try Data(input.utf8).write(to: file)
        let output = file.appendingPathExtension("out")
        defer { for file in [file, output] { try? FileManager.default.removeItem(at: file) } }
        let quoted = (["promtool"] + arguments).map { "'\($0)'" }.joined(separator: " ")
        let status = status(of: "\(quoted) <'\(file.path)' >'\(output.path)' 2>&1")
        return (status, String(decoding: try Data(contentsOf: output), as: UTF8.self))
    }

    private static func status(of command: String) -> Int32 {
        let status = unsafe system(command)
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
    }
}
