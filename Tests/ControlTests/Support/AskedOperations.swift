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

/// Operations of all groups, which note what they are asked for.
func operations(_ asked: Asked) -> ControlOperations {
    var operations = sampleOperations()
    operations.service.setLogLevel = { level throws(ControlError) in asked.note("level \(level)") }
    operations.deadLetters = deadLetters(asked)
    let report = ResyncReport(processor: "updated", collection: "companies", scope: [], missing: "mark")
    operations.resync = ResyncOperations(
        begin: { name throws(ControlError) in
            asked.note("begin \(name)")
            return report
        },
        end: { name, order throws(ControlError) in
            asked.note("end \(name)\(order.confirm == true ? " confirmed" : "")\(order.force == true ? " forced" : "")")
            return report
        },
        status: { name, mayCount throws(ControlError) in
            asked.note("status \(name)\(mayCount ? " counting" : "")")
            return report
        },
        cancel: { name throws(ControlError) in
            asked.note("cancel \(name)")
            return report
        })
    operations.observation = ObservationOperations(
        explain: { request throws(ControlError) in Explanation(processor: request.processor, collection: "companies") },
        history: { HistoryReport(collection: $0, key: $1, decisions: [], remembered: 0) },
        events: { _, _ throws(ControlError) in {} },
        metrics: { "" })
    return operations
}

private func deadLetters(_ asked: Asked) -> DeadLetterOperations {
    let letter = DeadLetterSummary(
        id: "3fa94c07", reason: "bad-key", error: nil, failedAt: nil, attempts: nil, replays: 0, exchange: nil, routingKey: nil,
        messageId: nil,
        bodyBytes: 1)
    let report = DeadLetterReport(
        processor: "updated", queue: "updated.dead", destination: nil, seen: 0, matched: 0, done: 0, dryRun: false, failure: nil,
        warnings: [])
    return DeadLetterOperations(
        list: { name, limit, mayCount throws(ControlError) in
            asked.note("list \(name) \(limit)\(mayCount ? " counting" : "")")
            return DeadLetterListing(processor: name, queue: "\(name).dead", ready: 0, seen: 0, reasons: [], letters: [], warnings: [])
        },
        show: { name, id, isRedacted, _ throws(ControlError) in
            asked.note("show \(name) \(id) \(isRedacted)")
            return DeadLetterDetail(
                queue: "\(name).dead", letter: letter, properties: [], headers: [], bodyEncoding: .redacted, body: "", isBodyCut: false)
        },
        replay: { name, order throws(ControlError) in
            let limit = order.limit.map { " \($0)" } ?? ""
            asked.note("replay \(name) \(order.reason ?? "all")\(limit)\(order.dryRun == true ? " dry" : "")")
            return report
        },
        drop: { name, order throws(ControlError) in
            asked.note("drop \(name)")
            return report
        })
}
