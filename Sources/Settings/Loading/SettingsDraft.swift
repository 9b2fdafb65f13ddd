/// The configuration while its sources are read one after the other: each sets what it names, over what earlier ones said.
struct SettingsDraft {
    /// The sections.
    var settings = Settings()
    /// The processors, in the order they were first named.
    var processors: [ProcessorDraft] = []
    /// Where among them each name is.
    private var indices: [String: Int] = [:]

    /// The index of the processor `name`, which is added, as one first named at `location`, if it is new.
    fileprivate mutating func index(ofProcessor name: String, location: ConfigurationLocation) -> Int {
        if let known = indices[name] { return known }
        indices[name] = processors.count
        processors.append(ProcessorDraft(name: name, location: location))
        return processors.count - 1
    }
}

extension Key<SettingsDraft> {
    /// `[[processor]]`: a name that an earlier file used changes that processor, a new one adds a processor.
    static var processors: Key {
        Key(name: "processor", form: .fileOnly, differences: { _, _, _ in [] }) { draft, value, path, findings in
            guard case .list(let tables) = value.content else {
                return findings.refuse(path, at: value.location, "must be an array of tables: write [[processor]] above each one")
            }
            if !tables.isEmpty { findings.set(path, at: value.location) }
            var lines: [String: ConfigurationLocation] = [:]
            // Once for all of them: the list is computed again with each call.
            let keys = ProcessorDraft.keys
            for (index, table) in tables.enumerated() {
                guard let name = processorName(of: table, number: index + 1, keys, &findings) else { continue }
                if let first = lines.updateValue(table.location, forKey: name) {
                    findings.add(
                        table.location, "\(ProcessorDraft.path(name)).name", "is used in this file already (\(first)); names must be unique"
                    )
                    continue
                }
                let position = draft.index(ofProcessor: name, location: table.location)
                findings.read(table, keys: keys, path: ProcessorDraft.path(name), into: &draft.processors[position])
            }
        }
    }

    /// The processor's name. Without a good one its other keys are read too, so that their mistakes are not left for the next run.
    private static func processorName(
        of table: ConfigurationValue, number: Int, _ keys: [Key<ProcessorDraft>], _ findings: inout Diagnostics
    ) -> String? {
        let path = "processor #\(number)"
        guard case .table(let members) = table.content else {
            findings.add(table.location, path, value: table.shown, "must be a table: write [[processor]] above its keys")
            return nil
        }
        do throws(Mistake) {
            guard let name = members.first(where: { $0.name == "name" })?.value else {
                throw Mistake(value: nil, problem: "is missing: every processor needs a unique name")
            }
            do throws(Mistake) {
                return try Conversion.processorName.convert(name)
            } catch {
                findings.add(name.location, "\(path).name", value: error.value, error.problem)
            }
        } catch {
            findings.add(table.location, "\(path).name", error.problem)
        }
        var nameless = ProcessorDraft(name: "", location: table.location)
        findings.read(table, keys: keys, path: path, into: &nameless)
        return nil
    }
}
