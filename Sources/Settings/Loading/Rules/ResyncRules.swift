internal import Formats

/// Rules for `[processor.resync]`.
extension ProcessorDraft {
    /// Finds what is contradictory or cannot be kept safe. `runs` are those of the processors before it; its own is added.
    func checkResync(deadLetter: DeadLetterSettings, _ runs: inout RunAttributes, _ findings: inout Diagnostics) {
        let known = settings.resync.flatMap { runs.take($0.attribute, in: settings.collection, for: path) }
        guard let resync = settings.resync, let location = findings.location(of: "\(path).resync") else { return }
        if findings.isSet("\(path).operation"), settings.operation != .sync {
            findings.add(
                location, "\(path).resync",
                "belongs to operation = \"sync\": only messages with the full state can show which documents are missing")
        }
        if !deadLetter.enabled {
            findings.add(
                location, "\(path).resync",
                "needs [dead_letter] enabled = true: a message that is rejected leaves no trace, and its document would count as missing")
        }
        if settings.partitions != nil {
            findings.add(
                location, "\(path).resync",
                "does not go with partitions: a message between the queue and its partition cannot be seen, and its document would count as missing"
            )
        }
        for entry in resync.scope ?? [] where !entry.isPlain {
            let key = "\(path).resync.scope.\(JSONText.key(entry.attribute))"
            findings.add(
                findings.location(of: key) ?? location, key, "must be text, a number, true or false: a document is compared with it")
        }
        checkAttribute(resync, location, known, &findings)
        if settings.collection.isExactly(ResyncSettings.runsCollection) {
            findings.add(
                findings.location(of: "\(path).collection") ?? location, "\(path).collection",
                "is where Warren writes down the runs: name another collection")
        }
    }

    /// Two runs that wrote to one attribute would take each other's documents for missing.
    private func checkAttribute(
        _ resync: ResyncSettings, _ location: ConfigurationLocation, _ other: String?, _ findings: inout Diagnostics
    ) {
        let key = "\(path).resync.attribute"
        var own = [(settings.mark, "the mark"), ("\(settings.mark)_at", "the time of the mark")]
        if settings.version != nil { own.append((settings.versionAttribute, "version_attribute")) }
        for (name, role) in own where name.isExactly(resync.attribute) {
            findings.add(
                findings.location(of: key) ?? location, key, value: JSONString.shown(name),
                "is written by \(role) already: name it otherwise")
        }
        if let other {
            findings.add(
                findings.location(of: key) ?? location, key, value: JSONString.shown(resync.attribute),
                "is the attribute of \(other) already: runs in one collection need an attribute each")
        }
    }
}

/// Which processor's runs each attribute of each collection holds.
struct RunAttributes {
    private struct Name: Hashable {
        @Exact var collection: String
        @Exact var attribute: String
    }
    private var owners: [Name: String] = [:]

    /// Takes an attribute for a processor; returns the path of the one that has it already.
    mutating func take(_ attribute: String, in collection: String, for path: String) -> String? {
        let name = Name(collection: collection, attribute: attribute)
        if let owner = owners[name] { return owner }
        owners[name] = path
        return nil
    }
}

extension [ProcessorDraft] {
    /// What resynchronisations and placeholders write into documents of each collection, and why. Nothing else may write it.
    var reserved: [Exact<String>: AttributeRoles] {
        var roles: [Exact<String>: AttributeRoles] = [:]
        func add(_ attribute: String, in collection: String, _ role: String) {
            if roles[Exact(collection)]?[Exact(attribute)] == nil { roles[Exact(collection), default: [:]][Exact(attribute)] = role }
        }
        for processor in self {
            if let resync = processor.settings.resync {
                add(resync.attribute, in: processor.settings.collection, "the run of a resynchronisation")
            }
        }
        for processor in self {
            for edges in processor.edges where edges.missingVertex == .placeholder {
                add(
                    EdgeSettings.placeholderAttribute, in: edges.otherCollection(of: processor.settings), "missing_vertex = \"placeholder\""
                )
            }
        }
        return roles
    }
}
