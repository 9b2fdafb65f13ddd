/// Rules for `[processor.resync]`.
extension ProcessorDraft {
    /// Finds what is contradictory or cannot be kept safe. `others` are all processors.
    func checkResync(deadLetter: DeadLetterSettings, others: [ProcessorDraft], _ findings: inout Findings) {
        guard let resync = settings.resync, let place = findings.place(of: "\(path).resync") else { return }
        if findings.isSet("\(path).operation"), settings.operation != .sync {
            findings.add(
                place, "\(path).resync",
                "belongs to operation = \"sync\": only messages that are the full truth can tell which documents are missing")
        }
        if !deadLetter.enabled {
            findings.add(
                place, "\(path).resync",
                "needs [dead_letter] enabled = true: a message that is rejected leaves no trace, and its document would count as missing")
        }
        if settings.partitions != nil {
            findings.add(
                place, "\(path).resync",
                "does not go with partitions: a message between the queue and its partition cannot be seen, and its document would count as missing"
            )
        }
        for entry in resync.scope ?? [] where !entry.isPlain {
            let key = "\(path).resync.scope.\(JSONText.key(entry.attribute))"
            findings.add(findings.place(of: key) ?? place, key, "must be text, a number, true or false: a document is compared with it")
        }
        checkAttribute(resync, place, others, &findings)
        if settings.collection == ResyncSettings.runsCollection {
            findings.add(
                findings.place(of: "\(path).collection") ?? place, "\(path).collection",
                "is where Warren writes down the runs: name another collection")
        }
    }

    /// Two runs that wrote to one attribute would take each other's documents for missing.
    private func checkAttribute(
        _ resync: ResyncSettings, _ place: ConfigurationPlace, _ others: [ProcessorDraft], _ findings: inout Findings
    ) {
        let key = "\(path).resync.attribute"
        var own = [(settings.mark, "the mark"), ("\(settings.mark)_at", "the time of the mark")]
        if settings.version != nil { own.append((settings.versionAttribute, "version_attribute")) }
        for (name, role) in own where name == resync.attribute {
            findings.add(
                findings.place(of: key) ?? place, key, value: JSONText.quoted(name), "is written by \(role) already: name it otherwise")
        }
        let before = others.prefix { $0.settings.name != settings.name }
        let other = before.first { $0.settings.collection == settings.collection && $0.settings.resync?.attribute == resync.attribute }
        if let other {
            findings.add(
                findings.place(of: key) ?? place, key, value: JSONText.quoted(resync.attribute),
                "is the attribute of \(other.path) already: runs in one collection need an attribute each")
        }
    }
}

extension [ProcessorDraft] {
    /// What resynchronisations and placeholders write into documents of `collection`, and why. Nothing else may write it.
    func reserved(in collection: String) -> [(name: String, role: String)] {
        var list = compactMap { processor -> (String, String)? in
            guard processor.settings.collection == collection, let resync = processor.settings.resync else { return nil }
            return (resync.attribute, "the run of a resynchronisation")
        }
        let hasPlaceholders = contains { processor in
            processor.edges.contains { $0.missingVertex == .placeholder && $0.otherCollection(of: processor.settings) == collection }
        }
        if hasPlaceholders { list.append((EdgeSettings.placeholderAttribute, "missing_vertex = \"placeholder\"")) }
        return list
    }
}
