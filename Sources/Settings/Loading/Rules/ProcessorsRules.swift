internal import Formats

/// Rules between processors: they share queues and documents.
extension SettingsDraft {
    /// Applies the rules of each processor, and those between them; `file` is where a missing processor is missed.
    ///
    /// One that is switched off shares nothing with others, so that another may take its queue. But it must be whole: otherwise a misspelt name
    /// beside `enabled = false` would switch nothing off, and nobody would be told.
    func checkProcessors(file: String, _ findings: inout Diagnostics) {
        for processor in processors { processor.checkRequired(&findings) }
        if processors.isEmpty, findings.location(of: "processor") == nil {
            findings.add(
                .file(file, line: nil), "processor",
                "there is none, so there would be nothing to do: add a [[processor]] with name, queue, operation, collection and key; "
                    + "/usr/share/doc/warren/examples has some")
        }
        var running = self
        running.processors.removeAll { !$0.settings.isEnabled }
        if running.processors.isEmpty, let last = processors.last {
            findings.add(
                findings.location(of: "\(last.path).enabled") ?? last.location, "processor",
                "all are switched off, so there would be nothing to do: take enabled = false out of one, or stop the service")
        }
        running.checkRunningProcessors(&findings)
    }

    private func checkRunningProcessors(_ findings: inout Diagnostics) {
        // Invalidations first: they may write an expiry too.
        let marking =
            processors.filter { $0.marks && $0.settings.resync == nil } + processors.filter { $0.marks && $0.settings.resync != nil }
        let invalidations = Dictionary(marking.map { (Exact($0.settings.collection), $0) }) { first, _ in first }
        let documents = Set(processors.map { Exact($0.settings.collection) })
        let withEdges = Set(processors.filter { !$0.edges.isEmpty }.map { Exact($0.settings.collection) })
        for processor in processors { processor.checkEnvelope(&findings) }
        let reserved = processors.reserved
        var runs = RunAttributes()
        for processor in processors {
            let collection = Exact(processor.settings.collection)
            let invalidation = processor.marks ? processor : invalidations[collection]
            processor.check(deadLetter: settings.deadLetter, invalidation: invalidation, reserved: reserved[collection] ?? [:], &findings)
            processor.checkResync(deadLetter: settings.deadLetter, &runs, &findings)
            processor.checkEdges(documents: documents, withEdges: withEdges, invalidation: invalidation, &findings)
            processor.checkEmit(&findings)
        }
        if processors.allSatisfy(\.edges.isEmpty), let location = findings.location(of: "graph.name") {
            findings.add(location, "graph.name", "has no effect: no processor writes edges")
        }
        checkQueues(&findings)
        checkVersionAttributes(&findings)
        checkMarks(invalidations, &findings)
    }

    private func checkQueues(_ findings: inout Diagnostics) {
        let consuming = processors.filter { findings.isSet("\($0.path).queue") }
        let partitioned = PartitionedQueues(consuming)
        let suffix = settings.deadLetter.suffix
        let deadLetters = Dictionary(consuming.map { (Exact($0.settings.queue + suffix), $0) }) { first, _ in first }
        var before: [Exact<String>: ProcessorDraft] = [:]
        for processor in consuming {
            let key = "\(processor.path).queue"
            let location = findings.location(of: key) ?? processor.location
            let queue = processor.settings.queue
            if let other = before[Exact(queue)] {
                findings.add(
                    location, key, value: JSONString.shown(queue),
                    "is consumed by \(other.path) already: RabbitMQ would deal its messages out between the two")
            }
            before[Exact(queue)] = before[Exact(queue)] ?? processor
            if let other = partitioned.owner(of: queue) {
                findings.add(location, key, value: JSONString.shown(queue), "is a partition of \(other.path), which consumes it already")
            }
            if settings.deadLetter.enabled, let other = deadLetters[Exact(queue)] {
                findings.add(
                    location, key, value: JSONString.shown(queue),
                    "is the dead-letter queue of \(other.path): what is parked there would be consumed again without end")
            }
        }
    }

    /// Processors of one collection meet in the same documents. Some may use versions and others not (senders of partial patches do not), but
    /// two attributes for the version would protect neither.
    private func checkVersionAttributes(_ findings: inout Diagnostics) {
        var first: [Exact<String>: ProcessorDraft] = [:]
        for processor in processors where findings.isSet("\(processor.path).collection") && findings.isSet("\(processor.path).version") {
            let collection = Exact(processor.settings.collection)
            guard let other = first[collection] else {
                first[collection] = processor
                continue
            }
            disagree(processor, other, "version_attribute", \.versionAttribute, &findings)
        }
    }

    /// Two marks in one collection would leave a document valid and invalid at once.
    private func checkMarks(_ invalidations: [Exact<String>: ProcessorDraft], _ findings: inout Diagnostics) {
        // With an operation or a collection still unknown, nobody can say that a mark is of no use.
        let isKnown = processors.allSatisfy { findings.isSet("\($0.path).operation") && findings.isSet("\($0.path).collection") }
        for processor in processors {
            let location = findings.location(of: "\(processor.path).mark")
            guard processor.marks || (location != nil && processor.settings.operation != .invalidate) else { continue }
            if let invalidation = invalidations[Exact(processor.settings.collection)] {
                disagree(processor, invalidation, "mark", \.mark, &findings)
            } else if isKnown, let location, findings.isSet("\(processor.path).mark") {
                findings.add(
                    location, "\(processor.path).mark",
                    "has no effect here: no processor marks documents of collection \(JSONString.shown(processor.settings.collection)) as invalid"
                )
            }
        }
    }

    private func disagree(
        _ processor: ProcessorDraft, _ other: ProcessorDraft, _ key: String, _ property: KeyPath<ProcessorSettings, String>,
        _ findings: inout Diagnostics
    ) {
        let values = (processor.settings[keyPath: property], other.settings[keyPath: property])
        // What is wrong in itself was reported already.
        let areGood = [processor, other].allSatisfy {
            findings.location(of: "\($0.path).\(key)") == nil || findings.isSet("\($0.path).\(key)")
        }
        guard !values.0.isExactly(values.1), areGood else { return }
        findings.add(
            findings.location(of: "\(processor.path).\(key)") ?? processor.location, "\(processor.path).\(key)",
            value: JSONString.shown(values.0),
            "is \(JSONString.shown(values.1)) in \(other.path): processors of one collection must agree on it")
    }

    /// The processors, complete: their overrides of `[retry]` put over what that says.
    func finishedProcessors(_ findings: inout Diagnostics) -> [ProcessorSettings] {
        processors.map { processor in
            var finished = processor.settings
            finished.edges = processor.edges.map { $0.finished(of: finished) }
            finished.emit = processor.emit?.finished
            guard !processor.retries.isEmpty else { return finished }
            var retry = settings.retry
            for table in processor.retries {
                findings.read(table, keys: RetrySettings.keys, path: "\(processor.path).retry", into: &retry)
            }
            finished.retry = retry
            return finished
        }
    }
}
