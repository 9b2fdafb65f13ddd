internal import FoundationEssentials

/// What systemd knows of `warren.service` or a `warren@NAME.service`.
package struct ServiceUnit: Codable, Sendable, Equatable {
    /// Whether it is started when the machine boots.
    package var enabled: Bool
    /// systemd's word: `active`, `activating`, `inactive`, `failed` …; `nil` if systemd cannot be asked.
    package var state: String?
    /// Why it has failed, as systemd says it (`exit-code`, `watchdog` …); `nil` unless it has.
    package var result: String?

    /// A unit by its parts.
    package init(enabled: Bool, state: String? = nil, result: String? = nil) {
        self.enabled = enabled
        self.state = state
        self.result = result
    }

    /// Somebody wants it to run, or it has tried and failed.
    var isExpected: Bool { enabled || state == "failed" || state == "activating" }
}

/// Warren's units on this host, by the names of their instances (`nil`: `warren.service`).
package enum ServiceUnits {
    /// Those that are enabled, by the links in `directory`, with what systemctl(1) says of them and of others that it knows.
    package static func all(in directory: String = "/etc/systemd/system") -> [String?: ServiceUnit] {
        merge(enabled: enabled(in: directory), properties: properties())
    }

    /// Adds what systemd knows to the names of those that are enabled.
    package static func merge(enabled: Set<String?>, properties: String) -> [String?: ServiceUnit] {
        var units = [String?: ServiceUnit](uniqueKeysWithValues: enabled.map { ($0, ServiceUnit(enabled: true)) })
        for block in properties.split(separator: "\n\n") {
            var values: [Substring: String] = [:]
            for line in block.split(separator: "\n") {
                let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                if parts.count == 2 { values[parts[0]] = String(parts[1]) }
            }
            guard let name = values["Id"].flatMap(instance) else { continue }
            // It is enabled by the package, and waits for somebody to configure it.
            if values["Result"] == "exec-condition" {
                units[name] = nil
                continue
            }
            var unit = units[name] ?? ServiceUnit(enabled: false)
            unit.state = values["ActiveState"]
            unit.result = unit.state == "failed" ? values["Result"] : nil
            units[name] = unit
        }
        return units.filter { $0.value.isExpected || $0.value.state == "active" }
    }

    /// Which instance a unit is: `.some(nil)` for `warren.service`, `nil` for any other unit.
    private static func instance(_ unit: String) -> String?? {
        guard unit != "warren.service" else { return .some(nil) }
        guard unit.hasPrefix("warren@"), unit.hasSuffix(".service"), unit.count > 15 else { return nil }
        return .some(String(unit.dropFirst(7).dropLast(8)))
    }

    private static func enabled(in directory: String) -> Set<String?> {
        func entries(_ path: String) -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [] }
        let targets = entries(directory).filter { $0.hasSuffix(".wants") || $0.hasSuffix(".requires") }
        return Set(targets.flatMap { entries("\(directory)/\($0)") }.compactMap(instance))
    }

    /// What `systemctl show` prints of the units that systemd has loaded; nothing where there is no systemd.
    private static func properties() -> String {
        Systemctl.output(["show", "--property=Id,ActiveState,Result", "warren.service", "warren@*.service"]) ?? ""
    }
}
