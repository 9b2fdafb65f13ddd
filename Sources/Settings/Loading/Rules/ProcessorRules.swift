internal import Formats

/// Attributes of documents, and the key that writes each.
typealias AttributeRoles = [Exact<String>: String]

/// Rules between the keys of one processor.
extension ProcessorDraft {
    /// Finds what is missing.
    func checkRequired(_ findings: inout Diagnostics) {
        for key in Self.required where findings.location(of: "\(path).\(key)") == nil {
            findings.add(location, "\(path).\(key)", "is missing: every processor needs name, queue, operation, collection and key")
        }
    }

    /// Finds what is without effect or contradictory. `invalidation` is the processor that marks documents of the same collection,
    /// `reserved` what other features write into them.
    func check(
        deadLetter: DeadLetterSettings, invalidation: ProcessorDraft?, reserved: AttributeRoles, _ findings: inout Diagnostics
    ) {
        if deadLetter.enabled, findings.isSet("\(path).queue"), settings.queue.utf8.count + deadLetter.suffix.utf8.count > 255 {
            findings.add(
                findings.location(of: "\(path).queue") ?? location, "\(path).queue",
                "is too long: with the suffix \(JSONString.shown(deadLetter.suffix)) its dead-letter queue would have more than 255 bytes")
        }
        checkPartitions(&findings)
        checkInvalidation(&findings)
        checkVersion(&findings)
        checkAttributes(invalidation, reserved, &findings)
    }

    /// True if the processor marks documents as invalid, for good or until they expire.
    var marks: Bool { settings.marks }

    private func checkInvalidation(_ findings: inout Diagnostics) {
        guard findings.isSet("\(path).operation") else { return }
        let isInvalidation = settings.operation == .invalidate
        if !isInvalidation, let location = findings.location(of: "\(path).on_invalidate") {
            findings.add(location, "\(path).on_invalidate", "has no effect here: it belongs to operation = \"invalidate\"")
        }
        if !isInvalidation || settings.onInvalidate != .expire, let location = findings.location(of: "\(path).expire_after") {
            let owner = isInvalidation ? "on_invalidate = \"expire\"" : "operation = \"invalidate\""
            findings.add(location, "\(path).expire_after", "has no effect here: it belongs to \(owner)")
        }
        guard isInvalidation, settings.onInvalidate == .remove else { return }
        if let location = findings.location(of: "\(path).mark") {
            findings.add(location, "\(path).mark", "has no effect here: with on_invalidate = \"remove\" there is nothing left to mark")
        }
        if findings.location(of: "\(path).version") != nil, let location = findings.location(of: "\(path).on_invalidate") {
            findings.add(
                location, "\(path).on_invalidate", value: "\"remove\"",
                "cannot be used together with version, because ArangoDB does not version deletes: an older update that arrives late would "
                    + "bring the document back. Use \"mark\" or \"expire\", or leave version out and rely on order")
        }
    }

    private func checkVersion(_ findings: inout Diagnostics) {
        guard let location = findings.location(of: "\(path).version_attribute"), findings.location(of: "\(path).version") == nil else {
            return
        }
        findings.add(location, "\(path).version_attribute", "has no effect without version, the place of the version in the message")
    }

    /// Each attribute has one origin: of two, one would be dropped without a word.
    private func checkAttributes(
        _ invalidation: ProcessorDraft?, _ reserved: AttributeRoles, _ findings: inout Diagnostics
    ) {
        var origins = AttributeRoles()
        if settings.version != nil { origins[Exact(settings.versionAttribute)] = "version_attribute" }
        for (name, role) in invalidation?.attributesOfMark ?? [] {
            guard let other = origins.updateValue(role, forKey: Exact(name)) else { continue }
            let key = marks && findings.location(of: "\(path).mark") != nil ? "mark" : "version_attribute"
            findings.add(
                findings.location(of: "\(path).\(key)") ?? location, "\(path).\(key)",
                "makes \(other) and \(role) the same attribute, \(JSONString.shown(name))")
        }
        if !edges.isEmpty, settings.version != nil {
            origins[Exact("edges_of_\(settings.stamp ?? settings.name)")] = "the version of the edges"
        }
        for entry in settings.map {
            // The version under its own name is stored as it is anyway.
            if entry.attribute.isExactly(settings.versionAttribute), entry.pointer == settings.version { continue }
            check("map", entry.attribute, &origins, reserved, &findings)
        }
        for entry in settings.set { check("set", entry.attribute, &origins, reserved, &findings) }
    }

    private func check(
        _ table: String, _ name: String, _ origins: inout AttributeRoles, _ reserved: AttributeRoles, _ findings: inout Diagnostics
    ) {
        let key = "\(path).\(table).\(JSONText.key(name))"
        guard let other = origins.updateValue(table, forKey: Exact(name)) ?? reserved[Exact(name)] else { return }
        findings.add(findings.location(of: key) ?? location, key, "is written by \(other) already: leave it out here, or name it otherwise")
    }

    /// What marking a document writes, and updates of the same collection write back.
    private var attributesOfMark: [(name: String, role: String)] {
        let names = [(settings.mark, "the mark"), ("\(settings.mark)_at", "the time of the mark")]
        return settings.onInvalidate == .expire ? names + [("expires_at", "the time of expiry")] : names
    }
}
