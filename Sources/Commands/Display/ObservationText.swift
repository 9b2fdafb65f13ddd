package import ControlMessages

/// `warren explain` and `warren why` for people.
package enum ObservationText {
    /// What a message would lead to.
    package static func lines(_ explanation: Explanation) -> [String] {
        if let refusal = explanation.refusal {
            let fate = refusal.queue.map { "parked in \($0)" } ?? "rejected to the queue's own dead-letter exchange"
            return ["refused: \(refusal.reason): \(refusal.error)", "it would be \(fate)"].map(TerminalText.escaped)
        }
        let version = explanation.version.map { ", version \($0)" } ?? ", no version"
        let requests = explanation.requests.flatMap { ["", "\($0.method) \($0.path)", "content-type: application/json", "", $0.body] }
        let sweeps = (explanation.sweeps ?? []).flatMap {
            [
                "", "\($0.look.method) \($0.look.path)", "", "of these, \($0.edges):", "", "\($0.request.method) \($0.request.path)",
                "content-type: application/json", "", $0.request.body,
            ]
        }
        let onward = explanation.onward.map { ["", "publish to exchange \($0.exchange), routing key \($0.routingKey)", "", $0.body] } ?? []
        let document = "document \(explanation.collection)/\(explanation.key ?? "")\(version)"
        return ([document] + requests + sweeps + onward).map(TerminalText.escaped)
    }

    /// The last decisions about a document.
    package static func lines(_ report: HistoryReport, at now: Timestamp = .now) -> [String] {
        let document = TerminalText.escaped("\(report.collection)/\(report.key)")
        guard !report.decisions.isEmpty else {
            return [
                "the service remembers no decision about \(document)",
                "it remembers the last \(HumanFormat.count(report.remembered)) decisions about all documents; a restart forgets them",
            ]
        }
        var table = TextTable([
            ("WHEN", .right), ("OUTCOME", .left), ("PROCESSOR", .left), ("VERSION", .right), ("TOOK", .right), ("EXCHANGE", .left),
            ("ROUTING KEY", .left), ("MESSAGE", .left), ("WHY", .left),
        ])
        for decision in report.decisions {
            table.append([
                "\(HumanFormat.time(decision.at.age(at: now))) ago", decision.outcome, decision.processor,
                decision.version.map { "\($0)" } ?? "-",
                HumanFormat.milliseconds(decision.latencyMilliseconds), decision.exchange.isEmpty ? "(default)" : decision.exchange,
                decision.routingKey, decision.messageId ?? "-", decision.detail ?? "",
            ])
        }
        return [document, ""] + table.lines
    }
}
