/// All sources as one tree, in which each value keeps the place that it comes from. The loader reads the sources one after the other into typed values;
/// this is the same for people, and a test holds the two against each other.
struct MergedConfiguration {
    /// The sections, then `processor`.
    private(set) var members: [ConfigurationValue.Member]

    /// The defaults of all sections.
    private init() { members = Key<SettingsDraft>.members(SettingsDraft.keys, of: SettingsDraft()) }

    /// All sources, in their order. They are without mistakes: those were told before.
    init(_ files: [ConfigurationSource], environment: [String: String], credentials: [String: String]) {
        self.init()
        for file in files { if let value = try? file.parsed() { add(value) } }
        for variable in EnvironmentVariables.known { if let text = environment[variable.name] { add(variable.value(of: text)) } }
        for name in SettingsLoader.credentialNames {
            guard let text = credentials[name] else { continue }
            add(text, at: name.split(separator: ".").map(String.init), from: .credential(name))
        }
    }

    /// Puts a file, or what the environment says, over what is there.
    private mutating func add(_ value: ConfigurationValue) {
        guard case .table(let over) = value.content else { return }
        members = Self.merged(members, over, at: .top)
    }

    /// Puts what is at `path` over what is there.
    private mutating func add(_ text: String, at path: [String], from location: ConfigurationLocation) {
        add(
            path.reversed().reduce(ConfigurationValue(content: .string(text), location: location)) { value, name in
                ConfigurationValue(content: .table([.init(name: name, value: value)]), location: location)
            })
    }

    /// How far down tables merge.
    private enum Depth {
        case top, section, processor, within
    }

    /// A later file says all conditions, or none.
    private static let replacedWhole: Set = ["match"]

    private static func merged(
        _ base: [ConfigurationValue.Member], _ over: [ConfigurationValue.Member], at depth: Depth
    ) -> [ConfigurationValue.Member] {
        var result = base
        for member in over {
            guard let index = result.firstIndex(where: { Exact($0.name) == Exact(member.name) }) else {
                result.append(member.name == "processor" && depth == .top ? named(member) : member)
                continue
            }
            result[index] = ConfigurationValue.Member(name: member.name, value: merged(result[index].value, member, at: depth))
        }
        return result
    }

    private static func merged(_ base: ConfigurationValue, _ over: ConfigurationValue.Member, at depth: Depth) -> ConfigurationValue {
        let value = over.value
        switch (base.content, value.content) {
        case (.list(let known), .list(let changes)) where depth == .top && over.name == "processor":
            return ConfigurationValue(content: .list(processors(known, changes)), location: base.location)
        case (.table(let known), .table(let changes)) where depth != .within && !replacedWhole.contains(over.name):
            // `map` and `set` merge by attribute; what an attribute says is one value. Below sections there are only sections.
            let depth = depth == .processor ? Depth.within : .section
            return ConfigurationValue(content: .table(merged(known, changes, at: depth)), location: base.location)
        default: return value
        }
    }

    /// The processors of one file: each is there once.
    private static func named(_ member: ConfigurationValue.Member) -> ConfigurationValue.Member {
        guard case .list(let tables) = member.value.content else { return member }
        return ConfigurationValue.Member(
            name: member.name, value: ConfigurationValue(content: .list(processors([], tables)), location: member.value.location))
    }

    /// A table with a known name changes that processor.
    private static func processors(_ known: [ConfigurationValue], _ changes: [ConfigurationValue]) -> [ConfigurationValue] {
        var result = known
        for change in changes {
            guard case .table(let over) = change.content else { continue }
            if let index = result.firstIndex(where: { $0.processorName == change.processorName }),
                case .table(let base) = result[index].content
            {
                // The name is where the processor was first named.
                let others = over.filter { $0.name != "name" }
                result[index] = ConfigurationValue(content: .table(merged(base, others, at: .processor)), location: result[index].location)
            } else {
                result.append(change)
            }
        }
        return result
    }
}

extension ConfigurationValue {
    /// What a `[[processor]]` calls itself.
    var processorName: String? {
        guard case .table(let members) = content, case .string(let name)? = members.first(where: { $0.name == "name" })?.value.content
        else {
            return nil
        }
        return name
    }
}
