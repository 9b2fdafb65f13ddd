internal import Messages

/// What was looked at is removed, marked or replaced only if nobody has changed it since (`ignoreRevs=false`, ArangoDB.md sections 3 and 4).
enum RevisionAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        [
            settled(sandbox, "removal", "removes", "DELETE", mark: nil),
            settled(sandbox, "mark", "marks", "PATCH", mark: Array(#""gone":true"#.utf8)),
            record(sandbox),
        ]
    }

    private static func settled(_ sandbox: Sandbox, _ what: String, _ does: String, _ method: String, mark: [UInt8]?) -> Assumption {
        let key = "revision-\(what)"
        let batches = [1, 2].map { version in
            sandbox.batch(.update, needsRevisions: true, [(key, VersionAssumptions.members(UInt64(version), by: version))])
        }
        func settle(_ index: Int) -> Assumption.Step {
            Assumption.Step { answers in
                answers[index].revision().map { revision in
                    Call.settle(
                        [SeenRevision(key: key, rev: revision)], in: sandbox.names.documents, mark: mark, settings: sandbox.settings)
                }
            }
        }
        let steps: [Assumption.Step] =
            batches.map { .fixed(sandbox.write($0)) }
            + [settle(0), .fixed(sandbox.read([key])), settle(1), .fixed(sandbox.read([key]))]
        let after: [String: String?]? = mark == nil ? nil : ["by": "2", "gone": "true"]
        return sandbox.assumption(
            key, "\(method) with a revision \(does) a document only if it still has it",
            experiment: "a document is written twice; \(method) with the first revision, then with the second", steps: steps
        ) { answers in
            .all([
                .writes(answers[0], of: batches[0], are: ["written"]), .writes(answers[1], of: batches[1], are: ["written"]),
                .elements(answers[2], are: ["error \(ErrorNumber.conflict)"]),
                .documents(answers[3], hold: [["by": "2", "gone": nil]]), .elements(answers[4], are: ["done"]),
                .documents(answers[5], hold: [after]),
            ])
        }
    }

    /// What instances share: runs of resynchronisations.
    private static func record(_ sandbox: Sandbox) -> Assumption {
        let key = "revision-record"
        func put(_ text: String, over index: Int?) -> Assumption.Step {
            Assumption.Step { answers in
                let revision = index.flatMap { answers[$0].revision() }
                guard index == nil || revision != nil else { return nil }
                let record = ProofRecord(_key: key, _rev: revision, text: text)
                return .put(record, isNew: index == nil, in: sandbox.names.documents, of: sandbox.database)
            }
        }
        return sandbox.assumption(
            key, "Of two who create or replace a record at a time one is told that the other was faster",
            experiment: "POST by overwriteMode=conflict twice; PUT with the first revision twice",
            steps: [put("1", over: nil), put("2", over: nil), put("3", over: 0), put("4", over: 0), .fixed(sandbox.read([key]))]
        ) { answers in
            .all([
                .elements(answers[0], are: ["done"]), .elements(answers[1], are: ["error \(ErrorNumber.notUnique)"]),
                .elements(answers[2], are: ["done"]), .elements(answers[3], are: ["error \(ErrorNumber.conflict)"]),
                .documents(answers[4], hold: [["text": #""3""#]]),
            ])
        }
    }
}

/// A record of the proof's own.
private struct ProofRecord: Codable {
    let _key: String
    let _rev: String?
    let text: String
}
