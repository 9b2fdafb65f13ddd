/// The AQL queries that Warren sends, and no others: this is no AQL.
///
///     FOR d IN @@collection
///         [LIMIT @most] [FILTER condition AND …] [LIMIT @most]
///         COLLECT WITH COUNT INTO n RETURN n  |  RETURN { key: d._key, rev: d._rev [, stamp: d.@stamp [, version: d.@version]] }
///
/// A condition compares `d.@name` with `@value` or `true` by `==` or `!=`; or it is the one that tells edges without both their documents. An
/// attribute that is missing is null, and null equals nothing but null, as in AQL. And one more, of which no source tells what a server answers:
///
///     RETURN VERSION()
struct CollectionQuery: RunnableQuery {
    enum Condition: Equatable {
        case attribute(String, equals: Bool, JSONValue)
        case orphan
    }
    enum Result: Equatable {
        case count, version
        /// Key, revision, and further attributes by the names of their columns.
        case revisions([String: String])
    }

    static let orphans = "FILTER DOCUMENT(d._from) == null OR DOCUMENT(d._to) == null"

    /// `nil` if it asks for the version.
    let collection: String?
    /// Looked at, at most.
    private(set) var firstLooked: Int?
    private(set) var conditions: [Condition] = []
    /// Found, at most.
    private(set) var most: Int?
    let result: Result

    /// Throws 400/1501 for any other text, 400/1551 for a bind parameter that is missing, 400/1552 for one that the text does not have, and
    /// 400/1553 for one that cannot be what it should.
    init(_ text: String, bindVars: JSONObject) throws(ArangoError) {
        guard text != "RETURN VERSION()" else {
            try Self.refuseUnknown(bindVars, in: text)
            (collection, result) = (nil, .version)
            return
        }
        var words = text.split(separator: " ").map(String.init)[...]
        func take(_ expected: String) -> Bool {
            let parts = expected.split(separator: " ").map(String.init)
            guard words.prefix(parts.count).elementsEqual(parts) else { return false }
            words.removeFirst(parts.count)
            return true
        }
        func value(_ word: String?) throws(ArangoError) -> JSONValue {
            if word == "true" { return true }
            guard let word, word.hasPrefix("@") else { throw .querySyntax(text) }
            guard let value = bindVars[String(word.dropFirst())] else { throw .missingBindParameter(word) }
            return value
        }
        func limit() throws(ArangoError) -> Int? {
            guard take("LIMIT") else { return nil }
            guard let number = try value(words.popFirst()).int, number >= 0 else { throw .wrongBindParameter("LIMIT") }
            return number
        }
        guard take("FOR d IN @@collection") else { throw .querySyntax(text) }
        guard let bound = bindVars["@collection"] else { throw .missingBindParameter("@collection") }
        guard let name = bound.string else { throw .wrongBindParameter("@collection") }
        collection = name
        firstLooked = try limit()
        if take(Self.orphans) {
            conditions = [.orphan]
        } else if take("FILTER") {
            repeat {
                guard let left = words.popFirst(), left.hasPrefix("d."), let name = try value(String(left.dropFirst(2))).string,
                    let comparison = words.popFirst(), ["==", "!="].contains(comparison)
                else { throw .querySyntax(text) }
                conditions.append(.attribute(name, equals: comparison == "==", try value(words.popFirst())))
            } while take("AND")
        }
        most = try limit()
        if take("COLLECT WITH COUNT INTO n RETURN n") {
            result = .count
        } else if take("RETURN { key: d._key, rev: d._rev }") {
            result = .revisions([:])
        } else if let columns = [["stamp"], ["stamp", "version"]].first(where: { columns in
            take("RETURN { key: d._key, rev: d._rev, \(columns.map { "\($0): d.@\($0)" }.joined(separator: ", ")) }")
        }) {
            var attributes: [String: String] = [:]
            for column in columns { attributes[column] = try value("@\(column)").string }
            result = .revisions(attributes)
        } else {
            throw .querySyntax(text)
        }
        guard words.isEmpty else { throw .querySyntax(text) }
        try Self.refuseUnknown(bindVars, in: text)
    }

    /// Throws 400/1552 for a bind parameter that the text does not have.
    static func refuseUnknown(_ bindVars: JSONObject, in text: String) throws(ArangoError) {
        let parameters = text.split { !($0 == "@" || $0 == "_" || $0.isLetter || $0.isNumber) }.filter { $0.hasPrefix("@") }
        if let unknown = bindVars.members.first(where: { !parameters.contains("@\($0.name)") }) {
            throw .unknownBindParameter(unknown.name)
        }
    }

    /// The rows for a database of a server of that version.
    func rows(in database: Database, version: String) throws(ArangoError) -> [JSONValue] {
        guard let collection else { return [.string(version)] }
        let documents = database.collections.values[try database.index(of: collection)].sortedDocuments
        let looked = documents.prefix(firstLooked ?? .max)
        let found = looked.filter { document in conditions.allSatisfy { $0.holds(for: document, in: database) } }.prefix(most ?? .max)
        return switch result {
        case .count: [.int(found.count)]
        case .version: []
        case .revisions(let columns):
            found.map { document in
                var row: JSONObject = ["key": .string(document.key), "rev": .string(document.revision.text)]
                for (column, name) in columns.sorted(by: { $0.key < $1.key }) { row.append(column, document.member(name)) }
                return .object(row)
            }
        }
    }
}

extension CollectionQuery.Condition {
    func holds(for document: Document, in database: Database) -> Bool {
        switch self {
        case .attribute(let name, let equals, let value):
            return (document.member(name) == value) == equals
        case .orphan:
            guard let ends = document.ends else { return true }
            return [ends.from, ends.to].contains { database.document($0) == nil }
        }
    }
}

extension Document {
    /// The attribute of this name at the top; null if there is none.
    fileprivate func member(_ name: String) -> JSONValue {
        switch name {
        case "_from": (ends?.from).map(JSONValue.string) ?? .null
        case "_to": (ends?.to).map(JSONValue.string) ?? .null
        default: attributes.first { $0.name.hasSameBytes(as: name) }?.value ?? .null
        }
    }
}

extension Database {
    /// The document with an `_id`; `nil` if there is no such document or collection.
    fileprivate func document(_ id: String) -> Document? {
        let parts = id.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { return nil }
        return collections[parts[0]]?.documents[parts[1]]
    }
}
