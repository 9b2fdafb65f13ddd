/// Settings in environment variables: `WARREN_<SECTION>_<KEY>`, as `WARREN_RABBITMQ_PREFETCH` or `WARREN_RABBITMQ_TLS_CA`.
///
/// A variable that starts with `WARREN_` and a known section but names no key is an error, and so is one that is within a slip of the pen of a known
/// name. What an orchestrator sets for a service that has a name like ours is neither, see ``ServiceLink``. Other `WARREN_` variables
/// (`WARREN_STATIC`, `WARREN_CONFIG` …) belong to other programs.
struct EnvironmentVariables {
    /// A variable, and the key it sets.
    struct Variable: Sendable {
        let name: String
        let path: [String]
        let form: KeyForm
    }

    /// All variables that set a key, in the order of the keys.
    static let known: [Variable] = variables(of: SettingsDraft.keys.map(\.outline), under: [])

    /// Puts what `environment` sets over `draft`.
    static func apply(_ environment: [String: String], to draft: inout SettingsDraft, _ findings: inout Diagnostics) {
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("WARREN_") {
            if let variable = known.first(where: { $0.name == name }) {
                findings.read(variable.value(of: text), keys: SettingsDraft.keys, path: "", into: &draft)
            } else if !ServiceLink.isLink(name, text), let problem = problem(withUnknown: name) {
                findings.add(.environment(name), nil, problem)
            }
        }
    }

    /// What is wrong with a variable that sets nothing; `nil` if it is none of ours.
    private static func problem(withUnknown name: String) -> String? {
        let sections = SettingsDraft.keys.map(\.outline)
        guard let section = sections.first(where: { "\(name)_".hasPrefix("\(variableName([$0.name]))_") }) else {
            // Two slips at most: further off it is another name.
            guard let (meant, distance) = nearest(to: name), distance <= 2 else { return nil }
            return "sets nothing; did you mean \(meant)?"
        }
        switch section.form {
        case .fileOnly: return "processors are set in files only: put a [[processor]] with the same name into a file in conf.d"
        default: break
        }
        let prefix = "\(variableName([section.name]))_"
        let keys = known.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
        if let meant = closest(to: String(name.dropFirst(prefix.count)), among: keys) {
            return "sets nothing; did you mean \(prefix)\(meant)?"
        }
        return "sets nothing; known for this section: \(keys.map { prefix + $0 }.joined(separator: ", "))"
    }

    private static func nearest(to name: String) -> (String, Int)? {
        known.map { ($0.name, editDistance(name, $0.name)) }.min { $0.1 < $1.1 }
    }

    private static func variables(of keys: [KeyOutline], under path: [String]) -> [Variable] {
        keys.flatMap { key -> [Variable] in
            let path = path + [key.name]
            return switch key.form {
            case .table(let keys): variables(of: keys, under: path)
            case .fileOnly, .tables: []
            default: [Variable(name: variableName(path), path: path, form: key.form)]
            }
        }
    }

    private static func variableName(_ path: [String]) -> String {
        (["WARREN"] + path.map { $0.uppercased() }).joined(separator: "_")
    }
}

extension EnvironmentVariables.Variable {
    /// The text as the same key in a file would be: tables around a value. Text that is not what the key wants stays text, for the key to refuse.
    func value(of text: String) -> ConfigurationValue {
        let location = ConfigurationLocation.environment(name)
        let content: ConfigurationValue.Content =
            switch form {
            case .integer: Int(text).map { .integer($0) } ?? .string(text)
            case .number: Double(text).map { .number($0) } ?? .string(text)
            case .flag: Bool(text).map { .flag($0) } ?? .string(text)
            case .list:
                .list(
                    text.split(separator: ",").map { part in
                        ConfigurationValue(content: .string(String(part.trimmingPrefix(" ").trimmingSuffix(" "))), location: location)
                    })
            default: .string(text)
            }
        return path.reversed().reduce(ConfigurationValue(content: content, location: location)) { value, name in
            ConfigurationValue(content: .table([.init(name: name, value: value)]), location: location)
        }
    }
}

extension Substring {
    fileprivate func trimmingPrefix(_ character: Character) -> Substring { drop { $0 == character } }
    fileprivate func trimmingSuffix(_ character: Character) -> Substring {
        var text = self
        while text.last == character { text.removeLast() }
        return text
    }
}
