package import ControlMessages

/// `warren status --all` for people: a line for each instance, then what is wrong with any of them.
package enum HostText {
    /// Table and faults.
    package static func lines(_ answers: [InstanceAnswer], at now: Timestamp = .now) -> [String] {
        var table = TextTable([
            ("INSTANCE", .left), ("STATE", .left), ("UP", .right), ("CONSUMING", .right), ("READY", .right), ("HELD", .right),
            ("RATE/S", .right), ("PARKED", .right),
        ])
        for answer in answers { table.append(row(answer, at: now)) }
        let faults = answers.flatMap { answer in Self.faults(of: answer).map { "! \(answer.instance.name): \($0)" } }
        return table.lines + (faults.isEmpty ? [] : [""] + faults).map(TerminalText.escaped)
    }

    private static func row(_ answer: InstanceAnswer, at now: Timestamp) -> [String] {
        guard case .success(let report) = answer.result else {
            let isGone = if case .failure(.notRunning) = answer.result { true } else { false }
            return [answer.instance.name, isGone ? "not running" : "no answer", "-", "-", "-", "-", "-", "-"]
        }
        let (service, processors) = (report.service, report.processors)
        let ready = processors.compactMap(\.ready)
        return [
            answer.instance.name, StatusText.verdict(service), HumanFormat.time(service.since.age(at: now)),
            "\(processors.count { $0.state == .consuming }) of \(processors.count)",
            ready.isEmpty ? "-" : HumanFormat.count(ready.reduce(0, +)), HumanFormat.count(service.held),
            HumanFormat.rate(processors.reduce(0) { $0 + $1.rate }), HumanFormat.count(processors.reduce(0) { $0 + $1.totals.parked }),
        ]
    }

    private static func faults(of answer: InstanceAnswer) -> [String] {
        switch answer.result {
        case .success(let report): report.service.health.reasons
        case .failure(let error): ["\(error)"]
        }
    }
}
