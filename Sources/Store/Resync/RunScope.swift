public import Settings

/// Which documents a run of a full resynchronisation answers for, and how to find those that it has not seen.
public struct RunScope: Sendable, Equatable {
    /// The collection.
    @Exact public private(set) var collection: String
    /// Attribute that holds the id of the run in which a document was last seen.
    @Exact public private(set) var attribute: String
    /// This run's id.
    public let run: String
    /// Only documents with all these values.
    public let constants: [AttributeConstant]
    /// Documents with this mark are left out; `nil` if marks do not matter.
    @Exact public private(set) var mark: String?
    /// Documents that only stand in for others are left out.
    public let hasPlaceholders: Bool

    /// A scope by its parts.
    init(
        collection: String, attribute: String, run: String, constants: [AttributeConstant], mark: String?, hasPlaceholders: Bool
    ) {
        self.collection = collection
        self.attribute = attribute
        self.run = run
        self.constants = constants
        self.mark = mark
        self.hasPlaceholders = hasPlaceholders
    }

    /// The scope of `run` for a processor of `settings` with `[processor.resync]`; `nil` if it has none.
    public init?(run: String, of processor: ProcessorSettings, in settings: Settings) {
        guard let resync = processor.resync else { return nil }
        collection = processor.collection
        attribute = resync.attribute
        self.run = run
        constants = processor.resyncScope
        mark = resync.missing == .mark ? processor.mark : nil
        hasPlaceholders = settings.processors.contains { other in
            other.edges.contains { $0.missingVertex == .placeholder && $0.otherCollection.isExactly(processor.collection) }
        }
    }
}

extension RunScope: CustomStringConvertible {
    /// All of it but the run: `companies by warren_run, source = "crm", marked by invalidated`.
    public var description: String {
        var parts = ["\(collection) by \(attribute)"] + constants.map { "\($0.attribute) = \($0.json)" }
        parts.append(mark.map { "marked by \($0)" } ?? "removed")
        if hasPlaceholders { parts.append("without placeholders") }
        return parts.joined(separator: ", ")
    }
}

/// The queries: their texts differ in the number of conditions only.
extension RunScope {
    /// How many documents the run answers for.
    var count: Query { query(seen: nil, "COLLECT WITH COUNT INTO n RETURN n") }

    /// How many of them it has seen, or has not.
    func count(seen: Bool) -> Query { query(seen: seen, "COLLECT WITH COUNT INTO n RETURN n") }

    /// Those that it has not seen, with their revisions; at most `most`.
    func missing(atMost most: Int) -> Query {
        query(seen: false, "LIMIT @most RETURN { key: d._key, rev: d._rev }", ["most": .whole(most)])
    }

    private func query(seen: Bool?, _ ending: String, _ more: [String: Query.Value] = [:]) -> Query {
        var bindVars = more
        bindVars["@collection"] = .text(collection)
        var conditions: [String] = []
        for (index, constant) in constants.enumerated() {
            guard let value = Query.Value(constant) else { continue }
            conditions.append("d.@name\(index) == @value\(index)")
            bindVars["name\(index)"] = .text(constant.attribute)
            bindVars["value\(index)"] = value
        }
        if let mark {
            conditions.append("d.@mark != true")
            bindVars["mark"] = .text(mark)
        }
        if hasPlaceholders {
            conditions.append("d.@placeholder != true")
            bindVars["placeholder"] = .text(EdgeSettings.placeholderAttribute)
        }
        if let seen {
            // A document without the attribute has null there, which is not the run.
            conditions.append("d.@attribute \(seen ? "==" : "!=") @run")
            bindVars["attribute"] = .text(attribute)
            bindVars["run"] = .text(run)
        }
        let filter = conditions.isEmpty ? "" : "FILTER \(conditions.joined(separator: " AND ")) "
        return Query(query: "FOR d IN @@collection \(filter)\(ending)", bindVars: bindVars)
    }
}
