package import ControlMessages

/// `warren resync` for people.
package enum ResyncText {
    /// How a run is, and what to do next.
    package static func lines(_ report: ResyncReport, at now: Timestamp = .now) -> [String] {
        let scope =
            report.scope.isEmpty
            ? "all documents of \(report.collection)" : "\(report.collection) with \(report.scope.joined(separator: ", "))"
        guard let run = report.run, let state = report.state else {
            return [TerminalText.escaped("\(report.processor): no resynchronisation yet of \(scope)")]
        }
        var table = TextTable([("", .left), ("", .left)])
        table.append(["processor", report.processor])
        table.append(["run", run])
        table.append(["state", state + (report.since.map { ", begun \(HumanFormat.time($0.age(at: now))) ago" } ?? "")])
        table.append(["scope", scope])
        if let seen = report.seen { table.append(["seen", HumanFormat.count(seen)]) }
        if let left = report.outstanding {
            table.append([
                "outstanding",
                "\(HumanFormat.count(left.ready)) ready, \(HumanFormat.count(left.held)) held here, \(left.consumers) consumers",
            ])
        }
        if let counts = report.counts {
            table.append([
                "missing",
                "\(HumanFormat.count(counts.missing)) of \(HumanFormat.count(counts.scope)), \(HumanFormat.count(counts.limit)) allowed without asking",
            ])
            if !counts.samples.isEmpty { table.append(["such as", counts.samples.joined(separator: ", ")]) }
        }
        let verb = report.missing == "mark" ? "marked" : "removed"
        if report.removed + report.kept > 0 {
            table.append([
                verb, "\(HumanFormat.count(report.removed)), \(HumanFormat.count(report.kept)) changed meanwhile and were left alone",
            ])
        }
        if let reason = report.reason { table.append(["reason", reason]) }
        return table.lines + advice(report).flatMap { ["", TerminalText.escaped($0)] }
    }

    private static func advice(_ report: ResyncReport) -> [String] {
        switch report.state {
        case "beginning": ["not every instance knows of the run yet: wait for `warren resync begin \(report.processor)`, or run it again"]
        case "running": ["publish every document of the scope, then `warren resync end \(report.processor) --wait`"]
        case "asking":
            [
                "nothing was \(report.missing == "mark" ? "marked" : "removed"). Look at the missing documents; "
                    + "`warren resync end \(report.processor) --confirm` continues, `warren resync cancel \(report.processor)` cancels the run"
            ]
        case "stopped": ["resolve the reason above, then `warren resync end \(report.processor)`"]
        default: []
        }
    }
}
