internal import Formats
internal import Messages
internal import Settings

/// Every AQL text that Warren sends is understood as it is meant (ArangoDB.md section 8).
enum QueryAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        let data = QueryData(sandbox)
        return data.queries.map { tried($0, data, sandbox) } + [paged(data, sandbox)]
    }

    /// A query, and what its rows have to be.
    struct Tried: Sendable {
        let name: String
        let statement: String
        let query: Query
        /// Nil: the rows are right. Otherwise what is wrong.
        let judge: @Sendable (Answer) -> String?
    }

    private static func tried(_ tried: Tried, _ data: QueryData, _ sandbox: Sandbox) -> Assumption {
        sandbox.assumption(
            "query-\(tried.name)", tried.statement, experiment: "POST /_api/explain and /_api/cursor: \(tried.query.query)",
            data.writes + [.explain(tried.query, in: sandbox.database), .cursor(tried.query, in: sandbox.database)]
        ) { answers in
            let index = data.writes.count
            let fault = answers[index + 1].status == 201 ? tried.judge(answers[index + 1]) : answers[index + 1].summary
            return .all(
                data.judge(answers) + [plan(answers[index]), .check(fault == nil, "the rows are right", else: fault ?? "")])
        }
    }

    /// The one that reads nothing: it needs no collection.
    static func version(_ settings: ArangoDBSettings) -> Assumption {
        Assumption(
            "query-version", "AQL tells the server's version to every user who may read the database",
            experiment: "POST /_api/explain and /_api/cursor: \(Query.version.query)",
            grants: [Grant(user: settings.grantee, database: settings.database, .readOnly)],
            steps: [.fixed(.explain(.version, in: settings.database)), .fixed(.version(in: settings.database))]
        ) { answers in
            let rows = answers[1].content(as: CursorAnswer<String>.self)?.result ?? []
            let version = rows.count == 1 ? ServerVersion(rows[0]) : nil
            return .all([
                plan(answers[0]), .success(answers[1], [201]),
                .check(version != nil, version?.description ?? "", else: "\(rows) is no version"),
            ])
        }
    }

    /// It changes nothing, and can be carried out.
    private static func plan(_ answer: Answer) -> Judgement {
        guard answer.status == 200, let plan = answer.content(as: ExplainAnswer.self)?.plan else {
            return .failed("explain: \(answer.summary)")
        }
        return .check(
            plan.isModificationQuery != true, plan.nodes.map(\.type).joined(separator: " → "), else: "explain: it would change documents")
    }

    /// The rows of a cursor come in pages, and one that was given up is gone.
    private static func paged(_ data: QueryData, _ sandbox: Sandbox) -> Assumption {
        var query = data.edgesPage
        query.batchSize = 1
        func after(_ index: Int, _ call: @escaping @Sendable (String) -> Call) -> Assumption.Step {
            Assumption.Step { answers in answers[index].content(as: CursorPage.self)?.id.map(call) }
        }
        let (first, database) = (data.writes.count, sandbox.database)
        let steps =
            data.writes.map { Assumption.Step.fixed($0) }
            + [
                .fixed(.cursor(query, in: database)), after(first) { EdgePage.next(after: $0, in: database) },
                .fixed(.cursor(query, in: database)), after(first + 2) { .close(cursor: $0, in: database) },
                after(first + 2) { .next(of: $0, in: database) },
            ]
        return sandbox.assumption(
            "query-cursor", "A cursor gives its rows page by page, and is gone when it is given up",
            experiment: "a query for 2 edges with batchSize 1: the second page; the same again, DELETE of the cursor, and its second page",
            steps: steps
        ) { answers in
            .all(
                data.judge(answers) + [
                    page(answers[first], 201, hasMore: true), page(answers[first + 1], 200, hasMore: false),
                    page(answers[first + 2], 201, hasMore: true), .success(answers[first + 3], [200, 202]),
                    .error(answers[first + 4], status: 404, ErrorNumber.cursorNotFound),
                ])
        }
    }

    private static func page(_ answer: Answer, _ status: Int, hasMore: Bool) -> Judgement {
        guard answer.status == status, let page = answer.content(as: CursorPage.self) else {
            return .failed("\(answer.summary) instead of \(status) and a page")
        }
        let isSo = page.result.count == 1 && page.hasMore == hasMore
        return .check(isSo, "1 row", else: "\(page.result.count) rows, hasMore \(page.hasMore), instead of 1 and \(hasMore)")
    }
}

extension Call {
    /// Asks how a query would be carried out.
    static func explain(_ query: Query, in database: String) -> Call {
        Call(
            Request(.post, "/_db/\(database.percentEncoded)/_api/explain", isReadOnly: true),
            sending: ExplainedQuery(query: query.query, bindVars: query.bindVars), over: .query)
    }
}

/// The body of `POST /_api/explain`.
private struct ExplainedQuery: Encodable {
    let query: String
    let bindVars: [String: Query.Value]
}

private struct ExplainAnswer: Decodable {
    struct Plan: Decodable {
        struct Node: Decodable { let type: String }
        let nodes: [Node]
        let isModificationQuery: Bool?
    }
    let plan: Plan
}

/// A page of rows, whatever is in them.
private struct CursorPage: Decodable {
    let result: [AnyAnswer]
    let hasMore: Bool
    let id: String?
}
