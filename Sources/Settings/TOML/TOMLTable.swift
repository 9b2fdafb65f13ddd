/// A table while it is being read, and the rules for what may be added to it where (TOML 1.0, "Table" to "Array of Tables").
final class TOMLTable {
    /// How a table came to be.
    enum Origin {
        /// By a longer header: `[a.b]` makes `a`, whose own header may still come.
        case implied
        /// By its own header.
        case header
        /// By a dotted key. It must not get a header as well.
        case dotted
    }

    /// What a name means.
    enum Member {
        case value(ConfigurationValue)
        case table(TOMLTable)
        /// The tables of an array, the newest last.
        case tables(TOMLTableList)
    }

    /// Where the table starts: its header, or the first key that needs it.
    private(set) var line: Int
    private var origin: Origin
    private var members: [Exact<String>: Member] = [:]
    /// Names as they came.
    private var names: [String] = []

    init(_ origin: Origin, line: Int) {
        self.origin = origin
        self.line = line
    }

    /// Why a key is not allowed where it is.
    struct Conflict: Error {
        let problem: String
    }

    /// The table of the header `[path]` or `[[path]]`, seen from the root.
    func table(header path: [String], isArray: Bool, line: Int) throws(Conflict) -> TOMLTable {
        var parent = self
        for name in path.dropLast() { parent = try parent.child(name, .implied, line: line) }
        let name = path[path.count - 1]
        let table = TOMLTable(.header, line: line)
        switch (parent.members[Exact(name)], isArray) {
        case (nil, let isArray):
            parent.add(name, isArray ? .tables(TOMLTableList(table)) : .table(table))
        case (.tables(let tables), true):
            tables.all.append(table)
        case (.table(let known), false) where known.origin == .implied:
            known.origin = .header
            known.line = line
            return known
        case (let known?, _):
            throw Conflict(problem: "\(JSONText.shownKey(name)) is there already, since line \(known.line)")
        }
        return table
    }

    /// Sets the value of a dotted key.
    func set(_ path: [String], to value: ConfigurationValue, line: Int) throws(Conflict) {
        var parent = self
        for name in path.dropLast() {
            parent = try parent.child(name, .dotted, line: line)
            guard parent.origin != .header else {
                throw Conflict(problem: "\(JSONText.shownKey(name)) has a header of its own, in line \(parent.line): the key belongs there")
            }
            parent.origin = .dotted
        }
        let name = path[path.count - 1]
        if let known = parent.members[Exact(name)] {
            throw Conflict(problem: "\(JSONText.shownKey(name)) is there already, since line \(known.line)")
        }
        parent.add(name, .value(value))
    }

    /// The whole as a value, in the order of the file.
    func value(file: String) -> ConfigurationValue {
        let content = names.map { name in
            let value: ConfigurationValue =
                switch members[Exact(name)] {
                case .value(let value): value
                case .table(let table): table.value(file: file)
                case .tables(let tables):
                    ConfigurationValue(
                        content: .list(tables.all.map { $0.value(file: file) }), location: .file(file, line: tables.all.first?.line ?? line)
                    )
                case nil: preconditionFailure("names are those of members")
                }
            return ConfigurationValue.Member(name: name, value: value)
        }
        return ConfigurationValue(content: .table(content), location: .file(file, line: line))
    }

    private func add(_ name: String, _ member: Member) {
        names.append(name)
        members[Exact(name)] = member
    }

    /// The table `name` on the way to another; created if it is missing.
    private func child(_ name: String, _ origin: Origin, line: Int) throws(Conflict) -> TOMLTable {
        switch members[Exact(name)] {
        case nil:
            let table = TOMLTable(origin, line: line)
            add(name, .table(table))
            return table
        case .table(let table): return table
        case .tables(let tables) where origin == .implied: return tables.newest
        case let known?:
            throw Conflict(
                problem: "\(JSONText.shownKey(name)) is no table that keys can be added to; it is there since line \(known.line)")
        }
    }
}

/// The tables of an array. Shared, so that one more does not copy those before it.
final class TOMLTableList {
    fileprivate var all: [TOMLTable]
    fileprivate init(_ first: TOMLTable) { all = [first] }

    /// The one that further keys belong to.
    fileprivate var newest: TOMLTable { all[all.count - 1] }
}

extension TOMLTable.Member {
    fileprivate var line: Int {
        switch self {
        case .value(let value): if case .file(_, let line?) = value.location { line } else { 0 }
        case .table(let table): table.line
        case .tables(let tables): tables.all.first?.line ?? 0
        }
    }
}
