internal import Formats

/// Attributes of an event can be named only where messages are events.
extension ProcessorDraft {
    /// Refuses such names in a processor of plain messages, as the misspelt pointers that they are there.
    func checkEnvelope(_ findings: inout Diagnostics) {
        let key = "\(path).envelope"
        guard settings.envelope == .plain, findings.location(of: key) == nil || findings.isSet(key) else { return }
        refuse("key", settings.key, &findings)
        if let version = settings.version { refuse("version", version, &findings) }
        for entry in settings.map { refuse("map.\(JSONText.key(entry.attribute))", entry.pointer, &findings) }
        guard let name = emit?.routingKey?.pointers.lazy.compactMap(\.attribute).first else { return }
        refuse("emit.routing_key", problem: RoutingKeyTemplate.Fault.notAPointer(name).problem, &findings)
    }

    private func refuse(_ key: String, _ pointer: JSONPointer, _ findings: inout Diagnostics) {
        guard let name = pointer.attribute else { return }
        refuse(key, value: JSONString.shown(name), problem: Conversion<JSONPointer>.pointerProblem, &findings)
    }

    private func refuse(_ key: String, value: String? = nil, problem: String, _ findings: inout Diagnostics) {
        guard let location = findings.location(of: "\(path).\(key)") else { return }
        findings.refuse("\(path).\(key)", at: location, value: value, problem)
    }
}
