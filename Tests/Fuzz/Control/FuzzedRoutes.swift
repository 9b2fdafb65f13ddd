import ControlMessages
import ControlServer
import FoundationEssentials
import Service
import Settings

/// The routes of the service, all of them as they are: paths, queries and bodies go through the code that real requests go through. Only what
/// stands behind them is harmless: nothing is paused, stopped or dropped.
///
/// `explain` is the service's own, so that the mapping, too, meets whatever a client can think of.
enum FuzzedRoutes {
    static let all = ControlOperations(
        version: "1",
        status: StatusOperations(report: { report }, health: { report.service.health }),
        processors: ProcessorOperations(pause: change(.paused), resume: change(.consuming), drain: change(.draining)),
        service: ServiceOperations(
            reload: { () throws(ControlError) in
                throw ControlError(.invalidConfiguration, "none is read here")
            },
            logLevel: { "info" },
            setLogLevel: { level throws(ControlError) in if level.isEmpty { throw .badRequest("a level has a name") } },
            stop: { StopReply(held: 0) }),
        deadLetters: DeadLetterOperations(
            list: { name, limit, _ throws(ControlError) in
                DeadLetterListing(processor: name, queue: name, ready: limit, seen: 0, reasons: [], letters: [], warnings: [])
            },
            show: { name, id, isRedacted, _ throws(ControlError) in
                let letter = DeadLetterSummary(
                    id: id, reason: name, error: nil, failedAt: nil, attempts: nil, replays: 0, exchange: nil, routingKey: nil,
                    messageId: nil, bodyBytes: 0)
                return DeadLetterDetail(
                    queue: name, letter: letter, properties: [], headers: [], bodyEncoding: isRedacted ? .redacted : .text, body: "",
                    isBodyCut: false)
            },
            replay: carriedOut, drop: carriedOut),
        resync: ResyncOperations(
            begin: { name throws(ControlError) in resync(name) }, end: { name, _ throws(ControlError) in resync(name) },
            status: { name, _ throws(ControlError) in resync(name) }, cancel: { name throws(ControlError) in resync(name) }),
        observation: ObservationOperations(
            explain: { request throws(ControlError) in try Explainer.explain(request, settings: settings) },
            history: { collection, key in HistoryReport(collection: collection, key: key, decisions: [], remembered: 0) },
            events: { filter, sink throws(ControlError) in
                sink.send(Array(filter.path.utf8))
                return {}
            },
            metrics: { "warren_healthy 1\n" })
    ).routes

    private static func resync(_ name: String) -> ResyncReport {
        ResyncReport(processor: name, collection: "c", scope: [], missing: "mark")
    }

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

    private static func change(_ state: ProcessorStatus.State) -> ProcessorOperations.Change {
        { name throws(ControlError) in
            guard settings.processors.contains(where: { $0.name == name }) else {
                throw .unknownProcessor(name, known: settings.processors.map(\.name))
            }
            return ProcessorChange(name: name, state: state, changed: true, held: 0)
        }
    }

    private static let carriedOut: @Sendable (String, DeadLetterOrder) async throws(ControlError) -> DeadLetterReport = { name, order in
        DeadLetterReport(
            processor: name, queue: name, destination: order.reason, seen: order.limit ?? 0, matched: order.id?.utf8.count ?? 0, done: 0,
            dryRun: order.dryRun == true, failure: nil, warnings: [])
    }
}
