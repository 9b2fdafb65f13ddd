internal import FoundationEssentials
internal import Messages
internal import Settings

/// Edges: what they join, and how they are listed (ArangoDB.md sections 3 and 8).
enum EdgeAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        [listed(sandbox, .out, ["edges-out-a", "edges-out-b"]), listed(sandbox, .in, ["edges-in-a", "edges-in-b"]), ends(sandbox)]
    }

    /// From `vertex` two, and to it one, or the other way round.
    private static func listed(_ sandbox: Sandbox, _ direction: EdgeSettings.Direction, _ keys: [String]) -> Assumption {
        let (name, stamp) = ("edges-\(direction.rawValue)", "proof")
        let vertices = ["\(sandbox.names.documents)/\(name)", "\(sandbox.names.documents)/\(name)-other"]
        func edge(_ key: String, reversed: Bool) -> (String, String) {
            let ends = (direction == .out) == reversed ? [vertices[1], vertices[0]] : vertices
            return (key, #""_from":"\#(ends[0])","_to":"\#(ends[1])","written_by":"\#(stamp)""#)
        }
        let batch = sandbox.batch(
            .replace, version: nil, inEdges: true, keys.map { edge($0, reversed: false) } + [edge("\(name)-reversed", reversed: true)])
        let plan = SweepPlan(target: batch.target, direction: direction, vertex: vertices[0], stamp: stamp, mark: nil)
        let sweep = EdgeSweep(id: 1, plan: plan, scope: .besides([keys[1]]))
        return sandbox.assumption(
            name, "The edges that a document has are listed by their direction (\(direction.rawValue))",
            experiment:
                "2 edges \(direction == .out ? "from" : "to") a document and one the other way; GET /_api/edges with direction=\(direction.rawValue)",
            [sandbox.write(batch), .edges(of: plan, database: sandbox.database)]
        ) { answers in
            .all([
                .writes(answers[0], of: batch, are: ["written", "written", "written"]),
                listing(answers[1], keys: keys),
                // Of those the sweep must take the one that its message does not name.
                swept(answers[1], by: sweep, key: keys[0]),
            ])
        }
    }

    private static func listing(_ answer: Answer, keys: [String]) -> Judgement {
        guard answer.status == 200, let edges = try? JSONDecoder().decode(EdgeListAnswer.self, from: Data(answer.body)).edges else {
            return .failed("\(answer.summary), which is no list of edges")
        }
        let found = edges.map(\._key).sorted()
        return .check(found == keys.sorted(), "\(found.count) edges", else: "\(found) instead of \(keys.sorted())")
    }

    private static func swept(_ answer: Answer, by sweep: EdgeSweep, key: String) -> Judgement {
        guard case .success(.found(let bodies)) = EdgesAnswer.reply(answer, to: sweep) else {
            return .failed("the list cannot be read as the edges of a document")
        }
        let text = bodies.map { String(decoding: $0.bytes, as: UTF8.self) }.joined()
        return .check(
            bodies.map(\.count) == [1] && text.contains("\"\(key)\""), "one to be swept",
            else: "\(bodies.reduce(0) { $0 + $1.count }) edges to be swept instead of \(key)")
    }

    private static func ends(_ sandbox: Sandbox) -> Assumption {
        let key = "edge-missing-ends"
        let batch = sandbox.batch(
            .replace, version: nil, inEdges: true,
            [(key, #""_from":"\#(sandbox.names.documents)/never","_to":"warren_never/never""#)])
        return sandbox.assumption(
            key, "An edge may join documents, and collections, that do not exist (yet)",
            experiment: "an edge between two that do not exist",
            [sandbox.write(batch), sandbox.read([key], inEdges: true)]
        ) { answers in
            .all([
                .writes(answers[0], of: batch, are: ["written"]), .documents(answers[1], hold: [["_to": #""warren_never/never""#]]),
            ])
        }
    }
}

private struct EdgeListAnswer: Decodable {
    struct Edge: Decodable { let _key: String }
    let edges: [Edge]
}
