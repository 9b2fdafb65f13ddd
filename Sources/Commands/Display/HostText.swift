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
            return [answer.instance.name, absence(answer), "-", "-", "-", "-", "-", "-"]
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

    /// Why nothing is known of an instance, in a word or two.
    private static func absence(_ answer: InstanceAnswer) -> String {
        guard case .failure(.notRunning) = answer.result else { return "no answer" }
        return switch answer.instance.unit?.state {
        case "failed"?: "failed"
        case "activating"?: "starting"
        default: "not running"
        }
    }

    private static func faults(of answer: InstanceAnswer) -> [String] {
        switch answer.result {
        case .success(let report): report.service.health.reasons
        case .failure(.notRunning(_, let reason)):
            [
                unitText(answer.instance).map { "\($0): \(reason)" }
                    ?? "\(ClientError.notRunning(socket: answer.instance.socket, reason: reason))"
            ]
        case .failure(let error): ["\(error)"]
        }
    }

    /// What systemd says of one that does not run, and where to look; `nil` if systemd does not know it.
    private static func unitText(_ instance: ServiceInstance) -> String? {
        guard let unit = instance.unit, let name = instance.unitName else { return nil }
        let state = unit.state == "failed" ? "has failed (\(unit.result ?? "for an unknown reason"))" : "is enabled and does not run"
        return "\(name) \(state). See systemctl status \(name). Nothing listens at \(instance.socket)"
    }
}
