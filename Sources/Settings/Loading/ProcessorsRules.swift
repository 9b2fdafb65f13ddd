/// Rules between processors: they share queues and documents.
extension SettingsDraft {
    func checkProcessors(file: String, _ findings: inout Findings) {
        if processors.isEmpty, findings.place(of: "processor") == nil {
            findings.add(
                .file(file, line: nil), "processor",
                "there is none, so there would be nothing to do: add a [[processor]] with name, queue, operation, collection and key")
        }
        for processor in processors { processor.check(deadLetter: settings.deadLetter, &findings) }
        checkQueues(&findings)
        checkAgreement(&findings)
    }

    private func checkQueues(_ findings: inout Findings) {
        let consuming = processors.filter { findings.isSet("\($0.path).queue") }
        for (index, processor) in consuming.enumerated() {
            let path = "\(processor.path).queue"
            guard let place = findings.place(of: path) else { continue }
            let queue = processor.settings.queue
            if let other = consuming[..<index].first(where: { $0.settings.queue == queue }) {
                findings.add(
                    place, path, value: JSONText.quoted(queue),
                    "is consumed by \(other.path) already: RabbitMQ would deal its messages out between the two")
            }
            guard settings.deadLetter.enabled else { continue }
            if let other = consuming.first(where: { $0.settings.queue + settings.deadLetter.suffix == queue }) {
                findings.add(
                    place, path, value: JSONText.quoted(queue),
                    "is the dead-letter queue of \(other.path): what is parked there would be consumed again without end")
            }
        }
    }

    /// Processors of one collection meet in the same documents. Some may use versions and others not (senders of partial patches do not), but
    /// two attributes for the version would protect neither, and two marks would leave a document valid and invalid at once.
    private func checkAgreement(_ findings: inout Findings) {
        var versioned: [String: ProcessorDraft] = [:]
        var marking: [String: ProcessorDraft] = [:]
        for processor in processors where findings.isSet("\(processor.path).collection") {
            let collection = processor.settings.collection
            if findings.isSet("\(processor.path).version") {
                let other = versioned[collection] ?? processor
                versioned[collection] = other
                if other.settings.versionAttribute != processor.settings.versionAttribute {
                    disagree(processor, other, "version_attribute", { $0.versionAttribute }, &findings)
                }
            }
            if processor.marks || findings.isSet("\(processor.path).mark") {
                let other = marking[collection] ?? processor
                marking[collection] = other
                if other.settings.mark != processor.settings.mark { disagree(processor, other, "mark", { $0.mark }, &findings) }
            }
        }
    }

    private func disagree(
        _ processor: ProcessorDraft, _ other: ProcessorDraft, _ key: String, _ property: (ProcessorSettings) -> String,
        _ findings: inout Findings
    ) {
        findings.add(
            findings.place(of: "\(processor.path).\(key)") ?? processor.place, "\(processor.path).\(key)",
            value: JSONText.quoted(property(processor.settings)),
            "is \(JSONText.quoted(property(other.settings))) in \(other.path): processors of one collection must agree on it")
    }

    /// The processors, complete. An update that does not name the mark clears the one that its collection's invalidations set.
    func finishedProcessors(_ findings: inout Findings) -> [ProcessorSettings] {
        processors.map { processor in
            var finished = processor.settings
            if !processor.retries.isEmpty {
                var retry = settings.retry
                for table in processor.retries {
                    findings.read(table, keys: RetrySettings.keys, path: "\(processor.path).retry", into: &retry)
                }
                finished.retry = retry
            }
            if !processor.marks, !findings.isSet("\(processor.path).mark") {
                let marking = processors.first { $0.settings.collection == finished.collection && $0.marks }
                finished.mark = marking?.settings.mark ?? finished.mark
            }
            return finished
        }
    }
}
