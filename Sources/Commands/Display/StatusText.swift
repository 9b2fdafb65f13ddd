package import ControlMessages

/// `warren status` for people: the service, its servers, a table of processors, and what is wrong.
package enum StatusText {
    /// The whole service.
    package static func lines(_ report: StatusReport, at now: Timestamp = .now) -> [String] {
        let service = report.service
        var lines = [
            "warren \(service.version): \(verdict(service)), up \(HumanFormat.time(service.since.age(at: now))), pid \(service.pid), "
                + "holding \(HumanFormat.count(service.held)) messages (\(HumanFormat.bytes(service.heldBytes)) of \(HumanFormat.bytes(service.holdBytes)))"
        ]
        lines += servers(report.servers, at: now) + [""] + processors(report.processors, at: now)
        if let disabled = report.disabled { lines += ["", "switched off (enabled = false): \(disabled.joined(separator: ", "))"] }
        let pauses = report.processors.compactMap { processor in processor.pause.map { PauseText.line(processor, $0, at: now) } }
        if !pauses.isEmpty { lines += [""] + pauses }
        let faults = service.health.reasons
        if !faults.isEmpty { lines += [""] + faults.map { "! \($0)" } }
        return lines.map(TerminalText.escaped)
    }

    /// One processor, in full.
    package static func lines(_ processor: ProcessorStatus, at now: Timestamp = .now) -> [String] {
        var table = TextTable([("", .left), ("", .left)])
        let totals = processor.totals
        table.append(["processor", processor.name])
        table.append(["state", "\(processor.state.rawValue) for \(HumanFormat.time(processor.since.age(at: now)))"])
        if let pause = processor.pause {
            table.append(["paused", PauseText.facts(pause, at: now)])
        } else if let reason = processor.reason {
            table.append(["reason", reason])
        }
        table.append(["queue", processor.queue])
        if let partitions = processor.partitions {
            let instances = partitions.consumers.map { ", with \($0 == 1 ? "1 consumer" : "\($0) consumers") each" } ?? ""
            table.append(["partitions", "\(partitionText(partitions))\(instances)"])
        }
        table.append(["writes", "\(processor.operation) in \(processor.collection)"])
        table.append(["ready", processor.ready.map { "\(HumanFormat.count($0)) in the queue" } ?? "not known"])
        table.append(["held", heldText(processor)])
        if let letters = processor.deadLetters {
            let time = letters.waitingSeconds.map { ", for \(HumanFormat.time($0)) or longer" } ?? ""
            table.append(["dead letters", letters.ready > 0 ? "\(HumanFormat.count(letters.ready)) waiting\(time)" : "none"])
        }
        table.append(["rate", "\(HumanFormat.rate(processor.rate)) messages/s"])
        if let limit = processor.rateLimit {
            table.append(["limited to", "\(limit.rate), \(HumanFormat.count(limit.waiting)) waiting"])
        }
        table.append(["last stored", processor.lastStored.map { "\(HumanFormat.time($0.age(at: now))) ago" } ?? "never"])
        table.append(
            [
                "since start",
                "\(HumanFormat.count(totals.received)) received, \(HumanFormat.count(totals.written)) written, \(HumanFormat.count(totals.stale)) stale, "
                    + "\(HumanFormat.count(totals.parked)) parked, \(HumanFormat.count(totals.retried)) retried, "
                    + "\(HumanFormat.count(totals.conflated)) conflated, \(HumanFormat.count(totals.returned)) returned",
            ])
        if let run = processor.resync {
            table.append(["resync", "\(run.state), begun \(HumanFormat.time(run.since.age(at: now))) ago (run \(run.run))"])
        }
        if let error = processor.lastError {
            table.append(["last error", "\(HumanFormat.time(error.at.age(at: now))) ago: \(error.text)"])
        }
        return table.lines
    }

    static func verdict(_ service: ServiceStatus) -> String {
        switch service.state {
        case .starting, .stopping: service.state.rawValue
        case .running: service.health.status.rawValue
        }
    }

    private static func partitionText(_ partitions: ProcessorStatus.Partitions) -> String {
        let numbers = partitions.held.isEmpty ? "" : " (\(partitions.held.map(String.init).joined(separator: ",")))"
        return "\(partitions.held.count) of \(partitions.count)\(numbers)"
    }

    private static func heldText(_ processor: ProcessorStatus) -> String {
        guard let oldest = processor.oldestSeconds else { return HumanFormat.count(processor.held) }
        return "\(HumanFormat.count(processor.held)), the oldest for \(HumanFormat.time(oldest))"
    }

    private static func servers(_ servers: [ServerStatus], at now: Timestamp) -> [String] {
        var table = TextTable([("", .left), ("", .left), ("", .left), ("", .left)])
        for server in servers {
            let facts = [
                server.reason, server.replyMilliseconds.map { "answers in \(HumanFormat.milliseconds($0))" },
                server.queueMilliseconds.flatMap { $0 > 0 ? "\(HumanFormat.milliseconds($0)) in its queue" : nil },
                server.license.map(licenseText).flatMap { $0.isEmpty ? nil : $0 },
            ].compactMap(\.self)
            let since = server.since.map { " for \(HumanFormat.time($0.age(at: now)))" } ?? ""
            table.append(
                [
                    "\(server.kind)\(server.version.map { " \($0)" } ?? "")", server.endpoint, "\(server.state.rawValue)\(since)",
                    facts.joined(separator: ", "),
                ])
        }
        return table.lines
    }

    private static func licenseText(_ license: ServerStatus.License) -> String {
        let used = license.bytesLimit.flatMap { limit in
            license.bytesUsed.map { "\(HumanFormat.bytes($0)) of \(HumanFormat.bytes(limit)) that its licence allows" }
        }
        let until = [
            license.secondsUntilReadOnly.map { "takes no writes in \(HumanFormat.time(Double($0)))" },
            license.secondsUntilShutDown.map { "shuts down in \(HumanFormat.time(Double($0)))" },
        ].compactMap(\.self)
        let state = license.state == "good" ? [] : ["licence \(license.state)"] + until
        return (state + [used].compactMap(\.self)).joined(separator: ", ")
    }

    private static func processors(_ processors: [ProcessorStatus], at now: Timestamp) -> [String] {
        let hasPartitions = processors.contains { $0.partitions != nil }
        var table = TextTable(
            [
                ("PROCESSOR", .left), ("STATE", .left), ("READY", .right), ("HELD", .right), ("OLDEST", .right), ("RATE/S", .right),
                ("STORED", .right), ("WRITTEN", .right), ("STALE", .right), ("PARKED", .right), ("RETRIED", .right),
            ] + (hasPartitions ? [("PARTITIONS", .left)] : []))
        for processor in processors {
            let totals = processor.totals
            let partitions = processor.partitions.map { [partitionText($0)] } ?? (hasPartitions ? ["-"] : [])
            table.append(
                [
                    processor.name, processor.state.rawValue, processor.ready.map(HumanFormat.count) ?? "-",
                    HumanFormat.count(processor.held),
                    processor.oldestSeconds.map(HumanFormat.time) ?? "-", HumanFormat.rate(processor.rate),
                    processor.lastStored.map { "\(HumanFormat.time($0.age(at: now))) ago" } ?? "never", HumanFormat.count(totals.written),
                    HumanFormat.count(totals.stale), HumanFormat.count(totals.parked), HumanFormat.count(totals.retried),
                ] + partitions)
        }
        return table.lines
    }
}
