/// The texts behind the calls of ArangoDB's Python drivers that read a collection (`all`, `ids`, `keys`, `random`, `find`), and no others:
///
///     FOR doc IN @@collection [FILTER doc[@name] == @value AND …] [LIMIT skip, most] [SORT doc[@name] ASC, …]
///         RETURN doc | doc._id | doc._key
struct DriverQuery: RunnableQuery {
    private enum Result: String { case document = "doc", id = "doc._id", key = "doc._key" }

    let collection: String?
    private var conditions: [(name: String, value: JSONValue)] = []
    private var limit: (skip: Int, most: Int) = (0, .max)
    private var order: [(name: String, isDescending: Bool)] = []
    private let result: Result

    /// `nil` for another text. Throws 400/1551 for a bind parameter that is missing, and 400/1552 for one that the text does not have.
    init?(_ text: String, bindVars: JSONObject) throws(ArangoError) {
        var words = text.split(whereSeparator: \.isWhitespace).map(String.init)[...]
        func take(_ expected: String...) -> Bool {
            guard words.prefix(expected.count).elementsEqual(expected) else { return false }
            words.removeFirst(expected.count)
            return true
        }
        func value(_ name: String) throws(ArangoError) -> JSONValue {
            guard let value = bindVars[name] else { throw .missingBindParameter("@\(name)") }
            return value
        }
        /// `doc[@name]`
        func attribute(_ word: String?) throws(ArangoError) -> String? {
            guard let word, word.hasPrefix("doc[@"), word.hasSuffix("]") else { return nil }
            return try value(String(word.dropFirst(5).dropLast())).string
        }
        guard take("FOR", "doc", "IN", "@@collection") else { return nil }
        collection = try value("@collection").string
        if take("FILTER") {
            repeat {
                guard let name = try attribute(words.popFirst()), take("=="), let word = words.popFirst(), word.hasPrefix("@") else {
                    return nil
                }
                conditions.append((name, try value(String(word.dropFirst()))))
            } while take("AND")
        }
        if take("LIMIT") {
            guard let skip = words.popFirst(), skip.hasSuffix(","), let first = Int(skip.dropLast()), let most = words.popFirst(),
                let last = most == "null" ? Int.max : Int(most)
            else { return nil }
            limit = (first, last)
        }
        if take("SORT", "RAND()", "LIMIT", "1") {
            limit = (0, 1)
        } else if take("SORT") {
            var goesOn = true
            while goesOn {
                guard let name = try attribute(words.popFirst()), let direction = words.popFirst() else { return nil }
                goesOn = direction.hasSuffix(",")
                order.append((name, direction.hasPrefix("DESC")))
            }
        }
        guard take("RETURN"), let word = words.popFirst(), let result = Result(rawValue: word), words.isEmpty else { return nil }
        self.result = result
        try CollectionQuery.refuseUnknown(bindVars, in: text)
    }

    func rows(in database: Database, version: String) throws(ArangoError) -> [JSONValue] {
        let stored = database.collections.values[try database.index(of: collection ?? "")]
        let found = stored.sortedDocuments.filter { document in
            conditions.allSatisfy { (document.value(at: [$0.name]) ?? .null) == $0.value }
        }
        return found.dropFirst(limit.skip).prefix(limit.most).sorted(by: comesFirst).map { document in
            switch result {
            case .document: document.json(in: stored.name)
            case .id: .string("\(stored.name)/\(document.key)")
            case .key: .string(document.key)
            }
        }
    }

    private func comesFirst(_ left: Document, _ right: Document) -> Bool {
        for (name, isDescending) in order {
            let (first, second) = (Self.rank(left.value(at: [name])), Self.rank(right.value(at: [name])))
            if first != second { return (first < second) != isDescending }
        }
        return false
    }

    /// Values in AQL's order: null, truth values, numbers, texts; what comes behind is not told apart.
    private static func rank(_ value: JSONValue?) -> (Int, Double, String) {
        switch value {
        case nil, .null?: (0, 0, "")
        case .bool(let value)?: (1, value ? 1 : 0, "")
        case .number(let text)?: (2, Double(text) ?? 0, "")
        case .string(let text)?: (3, 0, text)
        case .array?, .object?: (4, 0, "")
        }
    }
}

extension Document {
    /// The document as a query returns it.
    fileprivate func json(in collection: String) -> JSONValue {
        var object: JSONObject = ["_key": .string(key), "_id": .string("\(collection)/\(key)")]
        if let ends {
            object.append("_from", .string(ends.from))
            object.append("_to", .string(ends.to))
        }
        object.append("_rev", .string(revision.text))
        return .object(JSONObject(members: object.members + attributes))
    }
}
