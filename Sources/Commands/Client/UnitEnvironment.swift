internal import FoundationEssentials
internal import Glibc
internal import Settings

/// What systemd gives a service, and not a command that somebody calls: the variables and credentials of its unit. `warren check --live` and
/// `warren provision` need them to log in as the service does.
struct UnitEnvironment: Equatable {
    /// Such as `warren@x.service`.
    let unit: String
    /// Variables that set keys.
    private(set) var variables: [String: String] = [:]
    /// As whom the service runs, and so reads its files.
    private(set) var user = "warren"
    /// Files by the names of credentials.
    private(set) var credentials: [String: String] = [:]
    /// What the service has and this command has not, and why.
    private(set) var missing: [String] = []

    /// What the unit's text says, as far as `isReadable` and `read` find it.
    init(
        unit: String, instance: String?, text: String, isReadable: (String) -> Bool = Self.isReadable, read: (String) -> String? = Self.read
    ) {
        self.unit = unit
        let content = UnitText(text, unit: String(unit.dropLast(".service".count)), instance: instance)
        for (key, value) in content.assignments {
            switch key {
            case "Environment": for word in UnitText.words(value) { addVariable(word) }
            case "User": user = value
            case "EnvironmentFile": addFile(value, read)
            case "LoadCredential", "LoadCredentialEncrypted", "SetCredential", "SetCredentialEncrypted":
                addCredential(value, key, isReadable)
            default: break
            }
        }
    }

    /// That of the unit which runs `file`; `nil` if none does, or if this process has been given credentials itself.
    static func running(_ file: String, environment: [String: String]) -> UnitEnvironment? {
        let path = ServiceAddress.absolute(file)
        guard environment["CREDENTIALS_DIRECTORY"] == nil, let name = UnitFiles.unit(ofFile: path) else { return nil }
        guard let text = Systemctl.output(["cat", "--no-pager", name.unit]), !text.isEmpty else { return nil }
        return UnitEnvironment(unit: name.unit, instance: name.instance, text: text)
    }

    /// The variables that count for a command with this environment: what it has itself wins.
    func variables(over environment: [String: String]) -> [String: String] { variables.merging(environment) { _, own in own } }

    /// What was found, for people; `nil` if there is nothing.
    var summary: String? {
        // An instance's socket is what its name says.
        let found =
            variables.keys.filter { $0 != "WARREN_CONTROL_SOCKET" }.sorted()
            + credentials.sorted { $0.key < $1.key }.map { "the credential \($0.key) (\($0.value))" }
        return found.isEmpty ? nil : "As \(unit) has: \(found.joined(separator: ", "))"
    }

    /// What was not found, for people.
    var warnings: [String] { missing.map { "\(unit) has \($0)" } }

    private mutating func addVariable(_ assignment: String) {
        guard let equals = assignment.firstIndex(of: "="), assignment.hasPrefix("WARREN_") else { return }
        variables[String(assignment[..<equals])] = String(assignment[assignment.index(after: equals)...])
    }

    /// A file of assignments (systemd.exec(5), EnvironmentFile=).
    private mutating func addFile(_ value: String, _ read: (String) -> String?) {
        let isOptional = value.hasPrefix("-")
        let path = isOptional ? String(value.dropFirst()) : value
        guard let text = read(path) else {
            if !isOptional || Self.exists(path) {
                missing.append("variables in \(path), which this command cannot read: it is not there, or only root can read it")
            }
            return
        }
        for line in text.split(separator: "\n") where !line.hasPrefix("#") && !line.hasPrefix(";") {
            addVariable(UnitText.words(String(line)).joined(separator: " "))
        }
    }

    private mutating func addCredential(_ value: String, _ key: String, _ isReadable: (String) -> Bool) {
        let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
        guard let name = parts.first, SettingsLoader.credentialNames.contains(name) else { return }
        let source = parts.count > 1 ? parts[1] : name
        var paths = ["/run/credentials/\(unit)/\(name)"]
        if key == "LoadCredential" {
            // What a start would take: it may be newer than what the service has.
            paths = (source.hasPrefix("/") ? [source] : ["/etc", "/run", "/usr/lib"].map { "\($0)/credstore/\(source)" }) + paths
        }
        if let path = paths.first(where: isReadable) {
            credentials[name] = path
        } else if key == "LoadCredential" {
            missing.append("the credential \(name) (\(source)), which this command cannot read: it is not there, or only root can read it")
        } else {
            missing.append(
                "the credential \(name) (\(key)=), which this command cannot read: root can while the service runs, in \(paths[0])")
        }
    }

    private static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }
    private static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }
    private static func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}

extension UnitFiles {
    /// The unit that reads this file, and its instance; `nil` if none does.
    static func unit(ofFile path: String) -> (unit: String, instance: String?)? {
        if path == SettingsLoader.defaultFile { return ("warren.service", nil) }
        guard socket(ofFile: path) != nil else { return nil }
        let name = String(path.dropFirst("/etc/warren/".count).dropLast(".toml".count))
        return isInstanceName(name) ? ("warren@\(name).service", name) : nil
    }
}
