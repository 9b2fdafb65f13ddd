/// What reading the configuration has brought to light besides its values: the mistakes, and where each key was set.
struct Diagnostics {
    /// The mistakes, in the order they were found.
    private(set) var errors: [SettingsError] = []
    private var locations: [Exact<String>: ConfigurationLocation] = [:]
    private var valid: Set<Exact<String>> = []

    /// Notes a mistake.
    mutating func add(_ location: ConfigurationLocation, _ key: String? = nil, value: String? = nil, _ problem: String) {
        errors.append(SettingsError(location: location, key: key, value: value, problem: problem))
    }

    /// Notes a mistake that a source itself reported.
    mutating func add(_ error: SettingsError) { errors.append(error) }

    /// Notes that `key` is set at `location`, over whatever an earlier source said.
    mutating func set(_ key: String, at location: ConfigurationLocation) {
        locations[Exact(key)] = location
        valid.insert(Exact(key))
    }

    /// Notes that the value at `location` is no good: rules between keys leave it alone.
    mutating func refuse(_ key: String, at location: ConfigurationLocation, value: String? = nil, _ problem: String) {
        locations[Exact(key)] = location
        valid.remove(Exact(key))
        add(location, key, value: value, problem)
    }

    /// Where `key` was last set, rightly or wrongly; `nil` if nowhere.
    func location(of key: String) -> ConfigurationLocation? { locations[Exact(key)] }

    /// True if `key` was set, and rightly.
    func isSet(_ key: String) -> Bool { valid.contains(Exact(key)) }

    /// The mistakes by file in the order of `files`, then line; then those of the environment and of credentials, each by name.
    func sorted(files: [String]) -> [SettingsError] {
        let order = Dictionary(files.enumerated().map { (Exact($1), $0) }) { first, _ in first }
        func rank(_ location: ConfigurationLocation) -> (Int, Int, String) {
            switch location {
            case .file(let name, let line): (order[Exact(name)] ?? files.count, line ?? .max, "")
            case .environment(let name): (files.count + 1, 0, name)
            case .credential(let name): (files.count + 2, 0, name)
            case .standard: (files.count + 3, 0, "")
            }
        }
        return errors.enumerated().sorted { left, right in
            let ranks = (rank(left.element.location), rank(right.element.location))
            return ranks.0 == ranks.1 ? left.offset < right.offset : ranks.0 < ranks.1
        }.map(\.element)
    }
}
