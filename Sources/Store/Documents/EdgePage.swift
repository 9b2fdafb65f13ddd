internal import Formats
internal import Messages
internal import Settings

/// Some of the edges of a document that has more of them than one answer may hold, turned into what must be done about the obsolete ones.
///
/// `/_api/edges` cannot be asked for a part, so a query lists them, and its cursor is read page by page (ArangoDB.md section 8).
struct EdgePage {
    /// What to send; empty if no edge of this page is obsolete.
    let bodies: [SweepBody]
    /// Where the next are to be had; `nil` if those were all.
    let cursor: String?

    /// Lists key, revision and version of all that carry the sweep's stamp. Which of them are obsolete is decided here, as for a whole answer: AQL
    /// would compare versions of other types in its own way.
    static func query(for sweep: EdgeSweep) -> Query {
        var row = "key: d._key, rev: d._rev, stamp: d.@stamp"
        var bindVars: [String: Query.Value] = [
            "@collection": .text(sweep.plan.target.collection), "end": .text(sweep.plan.direction == .out ? "_from" : "_to"),
            "vertex": .text(sweep.plan.vertex), "stamp": .text(EdgeSettings.stampAttribute), "value": .text(sweep.plan.stamp),
        ]
        if let attribute = sweep.versionAttribute {
            row += ", version: d.@version"
            bindVars["version"] = .text(attribute)
        }
        return Query(
            query: "FOR d IN @@collection FILTER d.@end == @vertex AND d.@stamp == @value RETURN { \(row) }", bindVars: bindVars)
    }

    /// Asks for the first page. Whatever becomes of it, no edge has changed.
    static func first(for sweep: EdgeSweep, in database: String) -> Call {
        Call(Request(.post, path(in: database), isReadOnly: true), sending: query(for: sweep), over: .query)
    }

    /// Asks for the page after one with a cursor.
    static func next(after cursor: String, in database: String) -> Call {
        Call(Request(.post, "\(path(in: database))/\(cursor.percentEncoded)", isReadOnly: true), over: .query)
    }

    private static func path(in database: String) -> String { "/_db/\(database.percentEncoded)/_api/cursor" }

    /// Reads an answer of the query's cursor.
    static func reply(_ answer: Answer, to sweep: EdgeSweep) -> Result<EdgePage, RequestFailure> {
        guard (200...201).contains(answer.status) else {
            let error = ErrorAnswer(answer)
            return .failure(FailureVerdict.request(error.failure, error.fault))
        }
        var bodies: [SweepBody] = []
        var cursor: String?
        do throws(ElementFailure) {
            var scanner = AnswerScanner(answer.body)
            var (rows, hasMore, id): (Range<Int>?, Range<Int>?, Range<Int>?)
            try scanner.object { name, value in
                if answer.body.holds(Self.rows, at: name) { rows = value }
                if answer.body.holds(Self.hasMore, at: name) { hasMore = value }
                if answer.body.holds(Self.id, at: name) { id = value }
            }
            guard scanner.isAtEnd(), let rows, let hasMore else { throw .malformed }
            if answer.body.holds(AnswerName.true, at: hasMore) {
                guard let name = id.flatMap({ answer.body.string(at: $0) }) else { throw .malformed }
                cursor = name
            }
            let names = EdgeElement.Names(ofRowsFor: sweep)
            var elements = AnswerScanner(answer.body, from: rows.lowerBound)
            try elements.array { scanner throws(ElementFailure) in
                let edge = try EdgeElement(next: &scanner, names, in: answer.body)
                guard try edge.isToGo(sweep, names, in: answer.body) else { return }
                try edge.add(to: &bodies, mark: sweep.plan.mark, in: answer.body)
            }
        } catch {
            return .failure(error.failure(of: answer, expecting: "a page of the edges of \(sweep.plan.vertex)"))
        }
        return .success(EdgePage(bodies: bodies, cursor: cursor))
    }

    private static let rows = Array("result".utf8)
    private static let hasMore = Array("hasMore".utf8)
    private static let id = Array("id".utf8)
}
