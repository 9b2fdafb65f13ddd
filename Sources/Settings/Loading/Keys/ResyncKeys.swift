extension ResyncSettings {
    static var keys: [Key<ResyncSettings>] {
        [
            Key("missing", \.missing, .choice, reload: .processor),
            Key("max_removed", \.maxRemoved, .removalLimit, reload: .processor),
            Key("attribute", \.attribute, .attributeName, reload: .processor),
            .scope,
        ]
    }
}

extension Key<ResyncSettings> {
    /// `scope`: attribute = value. An empty table is the whole collection, whatever `set` says.
    fileprivate static var scope: Key {
        let entries = Key<[AttributeConstant]>.set(\.self, names: .attributeName, reload: .processor)
        return Key(name: "scope", form: .fileOnly, reload: .processor, isSame: isSame(\.scope)) { settings, value, path, findings in
            var scope = settings.scope ?? []
            entries.assign(&scope, value, path, &findings)
            settings.scope = scope
        }
    }
}

extension Key<ProcessorDraft> {
    /// `[processor.resync]`: its presence alone allows full resynchronisations.
    static var resync: Key {
        Key(
            name: "resync", form: .table(ResyncSettings.keys.map(\.outline)), reload: .processor, needs: .resyncRuns,
            isSame: { $0.settings.resync == $1.settings.resync }
        ) { draft, value, path, findings in
            var resync = draft.settings.resync ?? ResyncSettings()
            findings.read(value, keys: ResyncSettings.keys, path: path, into: &resync)
            draft.settings.resync = resync
        }
    }
}

extension Conversion<ResyncSettings.Limit> {
    /// `"5%"`, or a whole number of documents.
    static var removalLimit: Self {
        Conversion(.integer) { value throws(Mistake) in
            switch value.content {
            case .integer(let count) where count >= 0: return .count(count)
            case .string(let text) where text.last == "%":
                if let share = Double(text.dropLast()), (0...100).contains(share) { return .percent(share) }
            default: break
            }
            throw value.mistake("must be a share like \"5%\", from 0% to 100%, or a whole number of documents")
        }
    }
}
