import ControlMessages
import ControlServer
import FoundationEssentials
import Synchronization

/// What was asked for, in order.
final class Asked: Sendable {
    private let list = Mutex<[String]>([])
    var all: [String] { list.withLock { $0 } }
    func note(_ text: String) { list.withLock { $0.append(text) } }
}

extension ControlService {
    /// A service that has two processors, does what it is asked, and notes what is not about a single processor.
    static func sample(_ asked: Asked = Asked(), health: HealthReport = HealthReport(reasons: [])) -> ControlService {
        let service = SampleService(asked: asked, healthReport: health)
        return ControlService(
            version: "1", status: service, processors: service, service: service, deadLetters: SampleDeadLetters(asked: asked),
            resync: SampleResync(asked: asked), observation: SampleObservation())
    }
}

private struct SampleService: StatusVerbs, ProcessorVerbs, ServiceVerbs {
    let asked: Asked
    let healthReport: HealthReport

    private var processors: [ProcessorStatus] {
        ["company-updated", "company-sync"].map { name in
            ProcessorStatus(
                name: name, queue: name, operation: "update", collection: "companies", state: .consuming,
                since: Timestamp(.init(timeIntervalSince1970: 0)))
        }
    }

    func report() -> StatusReport {
        let service = ServiceStatus(
            version: "1", pid: 1, state: .running, since: Timestamp(.init(timeIntervalSince1970: 0)), health: healthReport,
            logLevel: "info")
        return StatusReport(service: service, processors: processors, servers: [])
    }
    func health() -> HealthReport { healthReport }

    func pause(_ name: String, _ order: PauseOrder, from peer: Peer) throws(ControlError) -> ProcessorChange {
        if let reason = order.reason { asked.note("pause \(name) \(peer.uid.map(String.init) ?? "-"): \(reason)") }
        return try change(name, .paused)
    }
    func resume(_ name: String) throws(ControlError) -> ProcessorChange { try change(name, .subscribing) }
    func drain(_ name: String, _ order: PauseOrder, from peer: Peer) throws(ControlError) -> ProcessorChange { try change(name, .draining) }

    private func change(_ name: String, _ state: ProcessorStatus.State) throws(ControlError) -> ProcessorChange {
        guard processors.contains(where: { $0.name == name }) else { throw .unknownProcessor(name, known: processors.map(\.name)) }
        return ProcessorChange(name: name, state: state, changed: true, held: 0)
    }

    func reload() throws(ControlError) -> ReloadReport { throw ControlError(.invalidConfiguration, "no") }
    func logLevel() -> String { "info" }
    func setLogLevel(_ level: String) { asked.note("level \(level)") }
    func stop() -> StopReply { StopReply(held: 3) }
}

private struct SampleDeadLetters: DeadLetterVerbs {
    let asked: Asked

    func list(_ name: String, limit: Int, mayCount: Bool) -> DeadLetterListing {
        asked.note("list \(name) \(limit)\(mayCount ? " counting" : "")")
        return DeadLetterListing(processor: name, queue: "\(name).dead", ready: 0, seen: 0, reasons: [], letters: [], warnings: [])
    }
    func show(_ name: String, id: String, isRedacted: Bool, mayCount: Bool) -> DeadLetterDetail {
        asked.note("show \(name) \(id) \(isRedacted)")
        let letter = DeadLetterSummary(
            id: "3fa94c07", reason: "bad-key", error: nil, failedAt: nil, attempts: nil, replays: 0, exchange: nil, routingKey: nil,
            messageId: nil, bodyBytes: 1)
        return DeadLetterDetail(
            queue: "\(name).dead", letter: letter, properties: [], headers: [], bodyEncoding: .redacted, body: "", isBodyCut: false)
    }
    func replay(_ name: String, _ order: DeadLetterOrder) -> DeadLetterReport {
        let limit = order.limit.map { " \($0)" } ?? ""
        asked.note("replay \(name) \(order.reason ?? "all")\(limit)\(order.dryRun == true ? " dry" : "")")
        return report
    }
    func drop(_ name: String, _ order: DeadLetterOrder) -> DeadLetterReport {
        asked.note("drop \(name)")
        return report
    }

    private var report: DeadLetterReport {
        DeadLetterReport(
            processor: "updated", queue: "updated.dead", destination: nil, seen: 0, matched: 0, done: 0, dryRun: false, failure: nil,
            warnings: [])
    }
}

private struct SampleResync: ResyncVerbs {
    let asked: Asked

    func begin(_ name: String) -> ResyncReport { noted("begin \(name)") }
    func end(_ name: String, _ order: ResyncOrder) -> ResyncReport {
        noted("end \(name)\(order.confirm == true ? " confirmed" : "")\(order.force == true ? " forced" : "")")
    }
    func status(_ name: String, mayCount: Bool) -> ResyncReport { noted("status \(name)\(mayCount ? " counting" : "")") }
    func cancel(_ name: String) -> ResyncReport { noted("cancel \(name)") }

    private func noted(_ text: String) -> ResyncReport {
        asked.note(text)
        return ResyncReport(processor: "updated", collection: "companies", scope: [], missing: "mark")
    }
}

/// Explains nothing much; `work` is what that takes.
struct SampleObservation: ObservationVerbs {
    var work: @Sendable () -> Void = {}

    func explain(_ request: ExplainRequest) -> Explanation {
        work()
        return Explanation(processor: request.processor, collection: "companies")
    }
    func history(collection: String, key: String) -> HistoryReport {
        HistoryReport(collection: collection, key: key, decisions: [], remembered: 0)
    }
    func events(_ filter: EventFilter, _ sink: LineSink) -> @Sendable () -> Void { {} }
    func metrics() -> String { "" }
}
