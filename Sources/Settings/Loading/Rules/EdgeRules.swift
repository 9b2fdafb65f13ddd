internal import Formats

/// Rules for the `[[processor.edges]]` of a processor.
extension ProcessorDraft {
    /// Finds what is missing, without effect or contradictory. `documents` are the collections that processors write documents to, `withEdges`
    /// those of them whose processors write edges too.
    func checkEdges(
        documents: Set<Exact<String>>, withEdges: Set<Exact<String>>, invalidation: ProcessorDraft?, _ findings: inout Diagnostics
    ) {
        if edges.isEmpty, let location = findings.location(of: "\(path).stamp") {
            findings.add(location, "\(path).stamp", "has no effect without edges")
        }
        guard let location = findings.location(of: "\(path).edges") else { return }
        checkInvalidation(location, withEdges, &findings)
        for edges in edges {
            edges.checkEnds(&findings)
            edges.checkCollection(documents, &findings)
            edges.checkAttributes(of: self, invalidation, &findings)
        }
    }
}

extension ProcessorDraft {
    /// An invalidation names relations of other processors by a word; the others have relations of their own, in tables.
    private func checkInvalidation(_ location: ConfigurationLocation, _ withEdges: Set<Exact<String>>, _ findings: inout Diagnostics) {
        guard findings.isSet("\(path).operation"), findings.isSet("\(path).edges") else { return }
        let word = settings.edgesOnInvalidate
        switch settings.operation {
        case .invalidate where !edges.isEmpty:
            findings.add(
                location, "\(path).edges",
                "cannot be tables here: an invalidation names no relations; write \"keep\", \"mark\" or \"remove\" for those of others")
        case .invalidate where word == .mark && settings.onInvalidate == .remove:
            findings.add(
                location, "\(path).edges", value: "\"mark\"",
                "has no effect with on_invalidate = \"remove\": the document itself is not marked; write \"remove\" or \"keep\"")
        case .invalidate where word != .keep && !withEdges.contains(Exact(settings.collection)):
            findings.add(
                location, "\(path).edges", value: "\"\(word)\"",
                "has no effect here: no processor writes edges of collection \(JSONString.shown(settings.collection))")
        case .update where edges.isEmpty, .sync where edges.isEmpty:
            findings.add(location, "\(path).edges", "must be tables here: write [[processor.edges]] above each one")
        case .update, .sync, .invalidate: break
        }
    }
}

extension EdgeDraft {
    private func location(of key: String, in findings: Diagnostics) -> ConfigurationLocation? { findings.location(of: "\(path).\(key)") }

    fileprivate func checkEnds(_ findings: inout Diagnostics) {
        for key in ["collection", "each"] where location(of: key, in: findings) == nil {
            findings.add(location, "\(path).\(key)", "is missing: edges need collection, each, and to or from")
        }
        switch (location(of: "to", in: findings), location(of: "from", in: findings)) {
        case (nil, nil):
            findings.add(location, "\(path).to", "is missing: to (or from, for edges that come in) names the document at the other end")
        case (.some, let location?):
            findings.add(location, "\(path).from", "cannot be used together with to: the message's document is the other end")
        default: break
        }
        for (key, end) in [("to_collection", "to"), ("from_collection", "from")] where location(of: end, in: findings) == nil {
            guard let location = location(of: key, in: findings) else { continue }
            findings.add(location, "\(path).\(key)", "has no effect without \(end)")
        }
    }

    /// A collection holds documents or edges.
    fileprivate func checkCollection(_ documents: Set<Exact<String>>, _ findings: inout Diagnostics) {
        guard documents.contains(Exact(collection)), findings.isSet("\(path).collection"),
            let location = location(of: "collection", in: findings)
        else { return }
        findings.add(
            location, "\(path).collection", value: JSONString.shown(collection),
            "is written with documents by a processor: edges need an edge collection of their own")
    }

    /// Each attribute has one origin: of two, one would be dropped without a word.
    fileprivate func checkAttributes(of processor: ProcessorDraft, _ invalidation: ProcessorDraft?, _ findings: inout Diagnostics) {
        var origins: AttributeRoles = [Exact(EdgeSettings.stampAttribute): "Warren, to mark the owner of an edge,"]
        if processor.settings.version != nil { origins[Exact(processor.settings.versionAttribute)] = "version_attribute" }
        if let invalidation { origins[Exact(invalidation.settings.mark)] = "the mark" }
        let entries = map.map { ("map", $0.attribute) } + set.map { ("set", $0.attribute) }
        for (table, name) in entries {
            guard let other = origins.updateValue(table, forKey: Exact(name)) else { continue }
            let key = "\(path).\(table).\(JSONText.key(name))"
            findings.add(
                findings.location(of: key) ?? location, key, "is written by \(other) already: leave it out here, or name it otherwise")
        }
    }
}
