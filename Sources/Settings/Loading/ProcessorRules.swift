/// Rules between the keys of one processor.
extension ProcessorDraft {
    func check(deadLetter: DeadLetterSettings, _ findings: inout Findings) {
        for key in Self.required where findings.place(of: "\(path).\(key)") == nil {
            findings.add(place, "\(path).\(key)", "is missing: every processor needs name, queue, operation, collection and key")
        }
        checkInvalidation(&findings)
        checkVersion(&findings)
        checkAttributes(&findings)
        if deadLetter.enabled, let place = findings.place(of: "\(path).queue"),
            settings.queue.utf8.count + deadLetter.suffix.utf8.count > 255
        {
            findings.add(
                place, "\(path).queue",
                "is too long for its dead-letter queue: with the suffix \(JSONText.quoted(deadLetter.suffix)) it has more than 255 bytes")
        }
    }

    /// True if the processor marks documents, now or before they expire.
    var marks: Bool { settings.operation == .invalidate && settings.onInvalidate != .remove }

    private func checkInvalidation(_ findings: inout Findings) {
        guard findings.isSet("\(path).operation") else { return }
        if settings.operation != .invalidate {
            for key in ["on_invalidate", "expire_after"] {
                guard let place = findings.place(of: "\(path).\(key)") else { continue }
                findings.add(place, "\(path).\(key)", "has no effect here: it belongs to operation = \"invalidate\"")
            }
            return
        }
        if settings.onInvalidate != .expire, let place = findings.place(of: "\(path).expire_after") {
            findings.add(place, "\(path).expire_after", "has no effect here: it belongs to on_invalidate = \"expire\"")
        }
        if settings.onInvalidate == .remove, let place = findings.place(of: "\(path).on_invalidate"),
            findings.place(of: "\(path).version") != nil
        {
            findings.add(
                place, "\(path).on_invalidate", value: "\"remove\"",
                "cannot be used together with version, because ArangoDB does not version deletes: an older update that arrives late would "
                    + "bring the document back. Use \"mark\" or \"expire\", or leave version out and rely on order")
        }
    }

    private func checkVersion(_ findings: inout Findings) {
        guard let place = findings.place(of: "\(path).version_attribute"), findings.place(of: "\(path).version") == nil else { return }
        findings.add(place, "\(path).version_attribute", "has no effect without version, the place of the version in the message")
    }

    /// An attribute that came from two places would stand in the document twice, which ArangoDB refuses for the whole request.
    private func checkAttributes(_ findings: inout Findings) {
        var origins: [String: String] = [:]
        if settings.version != nil { origins[settings.versionAttribute] = "version_attribute" }
        let markKey = findings.place(of: "\(path).mark") ?? findings.place(of: "\(path).version_attribute") ?? place
        if settings.operation == .invalidate && settings.onInvalidate != .remove || findings.isSet("\(path).mark") {
            var added = [(settings.mark, "mark"), ("\(settings.mark)_at", "the time of mark")]
            if settings.onInvalidate == .expire { added.append(("expires_at", "the time of expiry")) }
            for (name, origin) in added {
                if let other = origins.updateValue(origin, forKey: name) {
                    findings.add(
                        markKey, "\(path).mark", value: JSONText.quoted(settings.mark), "makes \(origin) the same attribute as \(other)")
                }
            }
        }
        let entries = settings.map.map { ("map", $0.attribute) } + settings.set.map { ("set", $0.attribute) }
        for (key, name) in entries {
            let entryPath = "\(path).\(key).\(name)"
            if let other = origins.updateValue(key, forKey: name) {
                findings.add(
                    findings.place(of: entryPath) ?? place, entryPath,
                    "is written by \(other) already: leave it out here, or name it otherwise")
            }
        }
    }
}
