import ControlMessages
import ControlServer
import FoundationEssentials
import Service
import Settings

/// Stands behind the routes of the service, all of them as they are: paths, queries and bodies go through the code that real requests go through.
/// Only this is harmless: nothing is paused, stopped or dropped.
///
/// `explain` is the service's own, so that the mapping, too, meets whatever a client can think of.
struct FuzzedService: StatusVerbs, ProcessorVerbs, ServiceVerbs, ObservationVerbs {
    static let whole = ControlService(
        version: "1", status: FuzzedService(), processors: FuzzedService(), service: FuzzedService(), deadLetters: FuzzedDeadLetters(),
        resync: FuzzedResync(), observation: FuzzedService())

    func report() -> StatusReport { Self.report }
    func health() -> HealthReport { Self.report.service.health }

    func pause(_ name: String, _ order: PauseOrder, from peer: Peer) throws(ControlError) -> ProcessorChange { try change(name, .paused) }
    func resume(_ name: String) throws(ControlError) -> ProcessorChange { try change(name, .consuming) }
    func drain(_ name: String, _ order: PauseOrder, from peer: Peer) throws(ControlError) -> ProcessorChange { try change(name, .draining) }

    private func change(_ name: String, _ state: ProcessorStatus.State) throws(ControlError) -> ProcessorChange {
        guard Self.settings.processors.contains(where: { $0.name == name }) else {
            throw .unknownProcessor(name, known: Self.settings.processors.map(\.name))
        }
        return ProcessorChange(name: name, state: state, changed: true, held: 0)
    }

    func reload() throws(ControlError) -> ReloadReport { throw ControlError(.invalidConfiguration, "none is read here") }
    func logLevel() -> String { "info" }
    func setLogLevel(_ level: String) throws(ControlError) { if level.isEmpty { throw .badRequest("a level has a name") } }
    func stop() -> StopReply { StopReply(held: 0) }

    func explain(_ request: ExplainRequest) throws(ControlError) -> Explanation {
        try Explainer.explain(request, settings: Self.settings)
    }
    func history(collection: String, key: String) -> HistoryReport {
        HistoryReport(collection: collection, key: key, decisions: [], remembered: 0)
    }
    func events(_ filter: EventFilter, _ sink: LineSink) -> @Sendable () -> Void {
        sink.send(Array(filter.path.utf8))
        return {}
    }
    func metrics() -> String { "warren_healthy 1\n" }

    private static let start = Timestamp(Date(timeIntervalSince1970: 0))
    private static let report = StatusReport(
        service: ServiceStatus(
            version: "1", pid: 1, state: .running, since: start, health: HealthReport(reasons: []), logLevel: "info"),
        processors: settings.processors.map {
            ProcessorStatus(
                name: $0.name, queue: $0.queue, operation: $0.operation.rawValue, collection: $0.collection, state: .consuming, since: start
            )
        }, servers: [])

    /// One processor for each way of mapping, with short names: the fuzzer has to find them.
    private static let settings: Settings = {
        let text = """
            [rabbitmq]
            endpoints = ["amqp://127.0.0.1"]
            [arangodb]
            endpoints = ["http://127.0.0.1:8529"]
            [[processor]]
            name = "u"
            queue = "u"
            operation = "update"
            collection = "c"
            key = "/id"
            version = "/v"
            map = { n = "/n/n" }
            set = { s = 1 }
            [[processor]]
            name = "i"
            queue = "i"
            operation = "invalidate"
            collection = "c"
            key = "/id"
            version = "/v"
            [[processor]]
            name = "s"
            queue = "s"
            operation = "sync"
            collection = "c"
            key = "/id"
            version = "/v"
            [[processor.edges]]
            collection = "e"
            each = "/r"
            to = "/id"
            to_collection = "c"
            key = ["/t"]
            """
        do {
            return try SettingsLoader.settings(from: [ConfigurationSource(name: "fuzz.toml", text: text)])
        } catch {
            fatalError("the configuration of the fuzz target is wrong: \(error)")
        }
    }()
}

private struct FuzzedDeadLetters: DeadLetterVerbs {
    func list(_ name: String, limit: Int, mayCount: Bool) -> DeadLetterListing {
        DeadLetterListing(processor: name, queue: name, ready: limit, seen: 0, reasons: [], letters: [], warnings: [])
    }
    func show(_ name: String, id: String, isRedacted: Bool, mayCount: Bool) -> DeadLetterDetail {
        let letter = DeadLetterSummary(
            id: id, reason: name, error: nil, failedAt: nil, attempts: nil, replays: 0, exchange: nil, routingKey: nil, messageId: nil,
            bodyBytes: 0)
        return DeadLetterDetail(
            queue: name, letter: letter, properties: [], headers: [], bodyEncoding: isRedacted ? .redacted : .text, body: "",
            isBodyCut: false)
    }
    func replay(_ name: String, _ order: DeadLetterOrder) -> DeadLetterReport { report(name, order) }
    func drop(_ name: String, _ order: DeadLetterOrder) -> DeadLetterReport { report(name, order) }

    private func report(_ name: String, _ order: DeadLetterOrder) -> DeadLetterReport {
        DeadLetterReport(
            processor: name, queue: name, destination: order.reason, seen: order.limit ?? 0, matched: order.id?.utf8.count ?? 0, done: 0,
            dryRun: order.dryRun == true, failure: nil, warnings: [])
    }
}

private struct FuzzedResync: ResyncVerbs {
    func begin(_ name: String) -> ResyncReport { report(name) }
    func end(_ name: String, _ order: ResyncOrder) -> ResyncReport { report(name) }
    func status(_ name: String, mayCount: Bool) -> ResyncReport { report(name) }
    func cancel(_ name: String) -> ResyncReport { report(name) }

    private func report(_ name: String) -> ResyncReport { ResyncReport(processor: name, collection: "c", scope: [], missing: "mark") }
}
