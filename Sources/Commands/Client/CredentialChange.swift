internal import FoundationEssentials

/// What a reload has to say of credentials: a service has them as they were when systemd started it.
enum CredentialChange {
    /// A line each for those that a start would give it otherwise, and one for those of which this cannot be seen.
    static func lines(
        of names: [String], unit: UnitEnvironment?, read: (String) -> Data? = { try? Data(contentsOf: URL(filePath: $0)) }
    ) -> [String] {
        guard let unit else { return unknown(names, "the service") }
        var unseen: [String] = []
        var lines: [String] = []
        for name in names {
            let held = "/run/credentials/\(unit.unit)/\(name)"
            guard let source = unit.credentials[name], source != held, let now = read(source), let then = read(held) else {
                unseen.append(name)
                continue
            }
            if now != then {
                lines.append("credential \(name): \(source) has changed, and takes effect with a restart: systemctl restart \(unit.unit)")
            }
        }
        return lines + unknown(unseen, unit.unit)
    }

    private static func unknown(_ names: [String], _ unit: String) -> [String] {
        guard !names.isEmpty else { return [] }
        let (what, verb) = names.count == 1 ? ("credential", "is") : ("credentials", "are")
        return [
            "\(what) \(names.joined(separator: ", ")): \(verb) as systemd gave \(names.count == 1 ? "it" : "them") to \(unit) at its start; after a change, restart it"
        ]
    }
}
