internal import FoundationEssentials
internal import Messages
internal import Settings

/// The queries that Warren sends, over documents and edges that are there for that.
struct QueryData: Sendable {
    private static let run = "now", stamp = "query"

    /// Puts the documents and the edges there.
    let writes: [Call]
    private let batches: [WriteBatch]
    private let sandbox: Sandbox
    private let sweep: EdgeSweep

    init(_ sandbox: Sandbox) {
        self.sandbox = sandbox
        // Constants of each kind.
        let scope = #""source":"proof","number":7,"part":0.5,"flag":true"#
        let documents = [
            ("query-seen", scope + #","run":"now""#), ("query-then", scope + #","run":"then""#), ("query-never", scope),
            ("query-marked", scope + #","gone":true"#), ("query-placeholder", scope + #","placeholder":true"#),
            ("query-other", #""source":"proof","number":8,"part":0.5,"flag":true"#),
        ]
        let vertex = "\(sandbox.names.documents)/query-vertex"
        let ends = #""_from":"\#(vertex)","_to":"\#(sandbox.names.documents)/query-never""#
        let edges = ["query-edge-a", "query-edge-b"].map {
            ($0, ends + #","\#(EdgeSettings.stampAttribute)":"\#(Self.stamp)","version":3"#)
        }
        batches = [
            sandbox.batch(.replace, version: nil, documents),
            sandbox.batch(.replace, version: nil, inEdges: true, edges + [("query-edge-other", ends + #","version":3"#)]),
        ]
        writes = batches.map(sandbox.write)
        let plan = SweepPlan(target: batches[1].target, direction: .out, vertex: vertex, stamp: Self.stamp, mark: nil)
        sweep = EdgeSweep(id: 1, plan: plan, scope: .below(4, attribute: Sandbox.version))
    }

    /// Whether they are there.
    func judge(_ answers: [Answer]) -> [Judgement] {
        zip(answers, batches).map { answer, batch in
            let judgement = Judgement.writes(answer, of: batch, are: Array(repeating: "written", count: batch.writes.count))
            // Of no interest in the table.
            if case .proven = judgement { return .proven("") }
            return judgement
        }
    }

    /// Lists the two edges with the stamp.
    var edgesPage: Query { EdgePage.query(for: sweep) }

    /// All of them.
    var queries: [QueryAssumptions.Tried] {
        let (own, whole) = (scope(mark: nil, hasPlaceholders: false), scope(mark: "gone", hasPlaceholders: true))
        let unversioned = EdgeSweep(id: 1, plan: sweep.plan, scope: .besides([]))
        return [
            number("count", "A query counts the documents of a collection", .count(of: sandbox.names.documents), atLeast: 6),
            number("scope", "A query counts the documents that a resynchronisation answers for", own.count, 5),
            number("seen", "A query counts the documents that a resynchronisation has seen", whole.count(seen: true), 1),
            number(
                "unseen", "A query counts the documents that a resynchronisation has not seen, without marked ones and placeholders",
                whole.count(seen: false), 2),
            rows(
                "missing", "A query lists the documents that a resynchronisation has not seen, with their revisions",
                whole.missing(atMost: 10),
                ["query-never", "query-then"]),
            .init(name: "edges", statement: "A query lists the edges of a document with their versions", query: edgesPage) { answer in
                page(answer, of: sweep)
            },
            .init(
                name: "edges-unversioned", statement: "A query lists the edges of a document without versions",
                query: EdgePage.query(for: unversioned)
            ) { answer in page(answer, of: unversioned) },
            number(
                "orphans", "A query counts edges without one of their documents", .orphans(in: sandbox.names.edges, looked: 1000),
                atLeast: 3),
        ]
    }

    private func scope(mark: String?, hasPlaceholders: Bool) -> RunScope {
        let constants = [("source", #""proof""#), ("number", "7"), ("part", "0.5"), ("flag", "true")]
        return RunScope(
            collection: sandbox.names.documents, attribute: "run", run: Self.run,
            constants: constants.map { AttributeConstant(attribute: $0, json: $1) }, mark: mark, hasPlaceholders: hasPlaceholders)
    }

    /// Two edges are to go, says the code that reads the page.
    private func page(_ answer: Answer, of sweep: EdgeSweep) -> String? {
        switch EdgePage.reply(answer, to: sweep) {
        case .failure(let failure): "\(failure.fault)"
        case .success(let page):
            page.bodies.map(\.count) == [2] && page.cursor == nil ? nil : "\(page.bodies.map(\.count)) edges to go instead of 2"
        }
    }

    private func number(
        _ name: String, _ statement: String, _ query: Query, _ expected: Int? = nil, atLeast least: Int = 0
    ) -> QueryAssumptions.Tried {
        .init(name: name, statement: statement, query: query) { answer in
            guard let number = try? answer.content(as: CursorAnswer<Int>.self)?.count.get() else { return "no number" }
            guard number >= least, expected.map({ $0 == number }) ?? true else { return "\(number) instead of \(expected ?? least)" }
            return nil
        }
    }

    private func rows(_ name: String, _ statement: String, _ query: Query, _ keys: [String]) -> QueryAssumptions.Tried {
        .init(name: name, statement: statement, query: query) { answer in
            let rows = answer.content(as: CursorAnswer<SeenRevision>.self)?.result ?? []
            return rows.map(\.key).sorted() == keys ? nil : "\(rows.map(\.key).sorted()) instead of \(keys)"
        }
    }
}
