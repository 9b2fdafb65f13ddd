internal import Messages

/// An older version never overwrites a newer one: `versionAttribute` (ArangoDB.md section 3).
enum VersionAssumptions {
    /// A time in nanoseconds. Its neighbours are the same number for a reader of doubles.
    static let usual: UInt64 = 1_764_521_826_123_456_789
    /// The largest that Warren sends.
    static let largest = UInt64.max
    static let modes = [WriteTarget.Mode.update, .replace]

    static func all(_ sandbox: Sandbox) -> [Assumption] {
        [eachOfMany(sandbox)]
            + modes.flatMap { mode in
                [
                    second(sandbox, mode, "lower", usual, usual - 1, isStale: true),
                    second(sandbox, mode, "equal", usual, usual, isStale: true),
                    second(sandbox, mode, "higher", usual, usual + 1, isStale: false),
                    sameKey(sandbox, mode),
                ]
            }
            + [
                second(sandbox, .update, "largest", largest, largest - 1, isStale: true), edge(sandbox), attributeName(sandbox),
                unversioned(sandbox), create(sandbox),
            ]
    }

    /// What Warren's word on versions stands on, in one experiment: `warren run` does it where a server hides its version.
    static func eachOfMany(_ sandbox: Sandbox) -> Assumption {
        let keys = ["a", "b", "c", "d", "e", "f", "g", "h"].map { "version-many-\($0)" }
        func documents(_ indices: Range<Int>, _ versions: [UInt64], by: Int) -> [(String, String)] {
            zip(indices, versions).map { (keys[$0], members($1, by: by)) }
        }
        let first = sandbox.batch(.update, documents(0..<6, Array(repeating: usual, count: 6), by: 1))
        let updates = sandbox.batch(
            .update, documents(0..<3, [usual - 1, usual, usual + 1], by: 2) + [(keys[6], members(usual, by: 2))])
        let replacements = sandbox.batch(
            .replace, documents(3..<6, [usual - 1, usual, usual + 1], by: 3) + [(keys[7], members(usual, by: 3))])
        return sandbox.assumption(
            ProofRow.versions, "In one request each document is judged by its own version",
            experiment:
                "6 documents with version N (in nanoseconds); then in one request N-1, N, N+1 and a new document, by overwriteMode=update and by "
                + "replace",
            [sandbox.write(first), sandbox.write(updates), sandbox.write(replacements), sandbox.read(keys)]
        ) { answers in
            let after = ["stale", "stale", "written", "written"]
            return .all([
                .writes(answers[0], of: first, are: Array(repeating: "written", count: 6)), .writes(answers[1], of: updates, are: after),
                .writes(answers[2], of: replacements, are: after),
                .documents(
                    answers[3],
                    hold: [
                        stored(usual, by: 1), stored(usual, by: 1), stored(usual + 1, by: 2), stored(usual, by: 1), stored(usual, by: 1),
                        stored(usual + 1, by: 3), stored(usual, by: 2), stored(usual, by: 3),
                    ]),
            ])
        }
    }

    private static func second(
        _ sandbox: Sandbox, _ mode: WriteTarget.Mode, _ relation: String, _ one: UInt64, _ other: UInt64, isStale: Bool
    ) -> Assumption {
        let key = "version-\(relation)-\(mode.rawValue)"
        let batches = [(one, 1), (other, 2)].map { version, by in sandbox.batch(mode, [(key, members(version, by: by))]) }
        let effect = isStale ? "changes nothing, and the answer tells that" : "is written"
        let versions =
            relation == "largest" ? "2^64-1, then 2^64-2" : "N (in nanoseconds), then \(other == one ? "N" : other < one ? "N-1" : "N+1")"
        return sandbox.assumption(
            key,
            "\(relation == "largest" ? "Below the largest version, a write" : "A write with \(article(relation)) version") \(effect) (\(mode.rawValue))",
            experiment: "one document by overwriteMode=\(mode.rawValue): version \(versions)",
            batches.map(sandbox.write) + [sandbox.read([key])]
        ) { answers in
            .all([
                .writes(answers[0], of: batches[0], are: ["written"]),
                .writes(answers[1], of: batches[1], are: [isStale ? "stale" : "written"]),
                .documents(answers[2], hold: [isStale ? stored(one, by: 1) : stored(other, by: 2)]),
            ])
        }
    }

    private static func article(_ relation: String) -> String { relation == "equal" ? "an equal" : "a \(relation)" }

    private static func sameKey(_ sandbox: Sandbox, _ mode: WriteTarget.Mode) -> Assumption {
        let key = "version-same-key-\(mode.rawValue)"
        let batch = sandbox.batch(mode, [(key, members(usual, by: 1)), (key, members(usual - 1, by: 2)), (key, members(usual + 1, by: 3))])
        return sandbox.assumption(
            key, "Several writes of one document in one request are judged in their order (\(mode.rawValue))",
            experiment: "one request by overwriteMode=\(mode.rawValue) with versions N, N-1 and N+1 of one key",
            [sandbox.write(batch), sandbox.read([key])]
        ) { answers in
            .all([
                .writes(answers[0], of: batch, are: ["written", "stale", "written"]),
                .documents(answers[1], hold: [stored(usual + 1, by: 3)]),
            ])
        }
    }

    private static func edge(_ sandbox: Sandbox) -> Assumption {
        let key = "version-edge"
        let ends = #""_from":"\#(sandbox.names.documents)/a","_to":"\#(sandbox.names.documents)/b","#
        let batches = [(usual, 1), (usual - 1, 2)].map { version, by in
            sandbox.batch(.replace, inEdges: true, [(key, ends + members(version, by: by))])
        }
        return sandbox.assumption(
            key, "A write with a lower version changes nothing of an edge",
            experiment: "one edge by overwriteMode=replace: version N, then N-1",
            batches.map(sandbox.write) + [sandbox.read([key], inEdges: true)]
        ) { answers in
            .all([
                .writes(answers[0], of: batches[0], are: ["written"]), .writes(answers[1], of: batches[1], are: ["stale"]),
                .documents(answers[2], hold: [stored(usual, by: 1)]),
            ])
        }
    }

    /// In a query it is percent-encoded.
    private static func attributeName(_ sandbox: Sandbox) -> Assumption {
        let (key, name) = ("version-attribute-name", "ver sión+&=%")
        let batches = [(2, 1), (1, 2)].map { version, by in
            sandbox.batch(.update, version: name, [(key, #""\#(name)":\#(version),"by":\#(by)"#)])
        }
        return sandbox.assumption(
            key, "The version's attribute may have any name",
            experiment: "one document with the versionAttribute \"\(name)\": version 2, then 1",
            batches.map(sandbox.write) + [sandbox.read([key])]
        ) { answers in
            .all([
                .writes(answers[0], of: batches[0], are: ["written"]), .writes(answers[1], of: batches[1], are: ["stale"]),
                .documents(answers[2], hold: [[name: "2", "by": "1"]]),
            ])
        }
    }

    private static func unversioned(_ sandbox: Sandbox) -> Assumption {
        let key = "version-none-stored"
        let first = sandbox.batch(.replace, version: nil, [(key, #""by":1"#)])
        let second = sandbox.batch(.update, [(key, members(1, by: 2))])
        return sandbox.assumption(
            key, "A document without a version is overwritten by any version", experiment: "one document without a version, then version 1",
            [sandbox.write(first), sandbox.write(second), sandbox.read([key])]
        ) { answers in
            .all([
                .writes(answers[0], of: first, are: ["written"]), .writes(answers[1], of: second, are: ["written"]),
                .documents(answers[2], hold: [stored(1, by: 2)]),
            ])
        }
    }

    /// Placeholders of missing vertices.
    private static func create(_ sandbox: Sandbox) -> Assumption {
        let keys = ["create-there", "create-new"]
        let first = sandbox.batch(.update, [(keys[0], members(1, by: 1))])
        let batch = sandbox.batch(.create, version: nil, keys.map { ($0, #""by":2"#) })
        return sandbox.assumption(
            "create-leaves", "overwriteMode=ignore changes nothing that is there, and creates what is not",
            experiment: "one request by overwriteMode=ignore with a document that is there and one that is not",
            [sandbox.write(first), sandbox.write(batch), sandbox.read(keys)]
        ) { answers in
            .all([
                .writes(answers[0], of: first, are: ["written"]), .writes(answers[1], of: batch, are: ["written", "written"]),
                .documents(answers[2], hold: [stored(1, by: 1), ["by": "2", "version": nil]]),
            ])
        }
    }

    /// `by` tells which request wrote a document, where its version does not.
    static func members(_ version: UInt64, by: Int) -> String { #""\#(Sandbox.version)":\#(version),"by":\#(by)"# }

    static func stored(_ version: UInt64, by: Int) -> [String: String?] { [Sandbox.version: "\(version)", "by": "\(by)"] }
}
