internal import Formats

/// The configuration that all sources add up to, and where each value comes from. Holds secrets, but shows none.
public struct EffectiveConfiguration: Sendable {
    private let merged: [ConfigurationValue.Member]

    init(_ merged: MergedConfiguration) { self.merged = merged.members }

    /// Each value with its key and where it comes from, as `warren check --effective --json` prints them: an array of objects with `key`, `value`,
    /// `origin`; a secret has `hidden` instead of its value, and endpoints with a password have both.
    public var json: String {
        var entries: [String] = []
        for member in merged { Self.collect(member, path: [], shown: "", into: &entries) }
        return "[\(entries.joined(separator: ","))]"
    }

    /// The same as a file, with the origins as comments. Read again, it is the same configuration but for the secrets.
    public var lines: [String] {
        var lines = ["# What this service would run with. What is not here has its default: warren.toml(5)."]
        for member in merged { Self.write(member, header: [], path: [], into: &lines) }
        return lines
    }

    /// In the place of a secret.
    private static let hidden = "\"***\""

    /// The text of a value, and whether something of it is hidden.
    private static func text(_ value: ConfigurationValue, at path: [String]) -> (text: String, isHidden: Bool) {
        switch (path.joined(separator: "."), value.content) {
        case ("rabbitmq.password", _), ("arangodb.password", _), ("arangodb.token", _):
            // What every installation has is no secret.
            let isSecret = value.location != .standard && value.content != .string("")
            return (isSecret ? hidden : value.asTOML, isSecret)
        case ("rabbitmq.endpoints", .list(let endpoints)):
            let texts = endpoints.map { endpoint -> String in
                guard case .string(let uri) = endpoint.content else { return "" }
                return JSONString.shown(EndpointURI.redacted(uri))
            }
            return ("[\(texts.joined(separator: ", "))]", texts.contains { $0.contains("***@") })
        default: return (value.asTOML, false)
        }
    }

    private static func write(_ member: ConfigurationValue.Member, header: [String], path: [String], into lines: inout [String]) {
        let (inside, path) = (header + [JSONText.key(member.name)], path + [member.name])
        let name = inside.joined(separator: ".")
        switch member.value.content {
        case .table(let members): writeTable("[\(name)]", members, inside, path, nil, into: &lines)
        case .list(let tables) where member.value.isListOfTables:
            for table in tables {
                guard case .table(let members) = table.content else { continue }
                writeTable("[[\(name)]]", members, inside, path, table.location, into: &lines)
            }
        default: break
        }
    }

    /// The header, the values in one column and their origins in another, then the tables inside.
    private static func writeTable(
        _ title: String, _ members: [ConfigurationValue.Member], _ header: [String], _ path: [String], _ origin: ConfigurationLocation?,
        into lines: inout [String]
    ) {
        let plain = members.filter { !$0.value.isTable && !$0.value.isListOfTables }
        if !plain.isEmpty || origin != nil {
            let width = plain.map(\.name).map { JSONText.key($0).count }.max() ?? 0
            let texts = plain.map { member in
                let key = JSONText.key(member.name)
                // No file may say it.
                let start = path + [member.name] == ["arangodb", "token"] ? "# " : ""
                return start + key + String(repeating: " ", count: width - key.count) + " = "
                    + text(member.value, at: path + [member.name]).text
            }
            let column = min(texts.map(\.count).max() ?? 0, 60)
            lines += ["", title]
            for (text, member) in zip(texts, plain) {
                lines.append(text + String(repeating: " ", count: max(0, column - text.count)) + "  # \(member.value.location)")
            }
        }
        for member in members { write(member, header: header, path: path, into: &lines) }
    }

    private static func collect(_ member: ConfigurationValue.Member, path: [String], shown: String, into entries: inout [String]) {
        let path = path + [member.name]
        let key = shown.isEmpty ? JSONText.key(member.name) : "\(shown).\(JSONText.key(member.name))"
        switch member.value.content {
        case .table(let members): for inner in members { collect(inner, path: path, shown: key, into: &entries) }
        case .list(let tables) where member.value.isListOfTables:
            for (index, table) in tables.enumerated() {
                guard case .table(let members) = table.content else { continue }
                let place = table.processorName.flatMap { path == ["processor"] ? ProcessorDraft.path($0) : nil } ?? "\(key) #\(index + 1)"
                for inner in members { collect(inner, path: path, shown: place, into: &entries) }
            }
        default:
            let (text, isHidden) = Self.text(member.value, at: path)
            let value = path.first == "rabbitmq" || path.first == "arangodb" ? text : JSONText.text(of: member.value) ?? "null"
            // Of endpoints only the password is hidden.
            let shown = (isHidden && value == Self.hidden ? "" : "\"value\":\(value),") + (isHidden ? "\"hidden\":true," : "")
            entries.append("{\"key\":\(JSONString.shown(key)),\(shown)\"origin\":\(JSONString.shown("\(member.value.location)"))}")
        }
    }
}

extension ConfigurationValue {
    fileprivate var isTable: Bool { if case .table = content { true } else { false } }

    /// Written as `[[tables]]`.
    fileprivate var isListOfTables: Bool {
        guard case .list(let values) = content, !values.isEmpty else { return false }
        return values.allSatisfy(\.isTable)
    }

    /// On one line.
    fileprivate var asTOML: String {
        switch content {
        case .string(let text): JSONString.shown(text)
        case .moment(let text): text
        case .integer(let number): "\(number)"
        case .number(let number): number.isNaN ? "nan" : number.isInfinite ? (number < 0 ? "-inf" : "inf") : "\(number)"
        case .flag(let flag): "\(flag)"
        case .list(let values): "[\(values.map(\.asTOML).joined(separator: ", "))]"
        case .table(let members):
            members.isEmpty ? "{}" : "{ \(members.map { "\(JSONText.key($0.name)) = \($0.value.asTOML)" }.joined(separator: ", ")) }"
        }
    }
}
