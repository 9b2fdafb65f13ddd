internal import Messages

/// One answer element for each of a request, in its order, and no more than that (ArangoDB.md section 4).
enum ArrayAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        [
            order(sandbox), errors(sandbox), removal(sandbox), edgeEnds(sandbox), impossibleWrite(sandbox), impossibleRemoval(sandbox),
            removeOne(sandbox),
        ]
    }

    private static func order(_ sandbox: Sandbox) -> Assumption {
        // In no order that a server might sort by.
        let keys = (0..<60).map { "array-order-\($0 * 37 % 60)" }
        let batch = sandbox.batch(.replace, keys.enumerated().map { ($1, VersionAssumptions.members(1, by: $0)) })
        return sandbox.assumption(
            "array-order", "The answer has an element for each document, in the order of the request",
            experiment: "60 documents in one request, in no order; read back in one request, in the same order",
            [sandbox.write(batch), sandbox.read(keys)]
        ) { answers in
            .all([
                .writes(answers[0], of: batch, are: Array(repeating: "written", count: 60)),
                .documents(answers[1], hold: keys.indices.map { VersionAssumptions.stored(1, by: $0) }),
            ])
        }
    }

    private static func errors(_ sandbox: Sandbox) -> Assumption {
        let keys = ["array-errors-a", "array/errors", "array-errors-b"]
        let batch = sandbox.batch(.update, keys.map { ($0, VersionAssumptions.members(1, by: 1)) })
        return sandbox.assumption(
            "array-errors", "A document that is refused fails none of its neighbours, and its element has the code",
            experiment: "3 documents in one request, the second with a key that is illegal",
            [sandbox.write(batch), sandbox.read([keys[0], keys[2]])]
        ) { answers in
            .all([
                .writes(answers[0], of: batch, are: ["written", "error \(ErrorNumber.illegalKey)", "written"]),
                .documents(answers[1], hold: [VersionAssumptions.stored(1, by: 1), VersionAssumptions.stored(1, by: 1)]),
            ])
        }
    }

    private static func removal(_ sandbox: Sandbox) -> Assumption {
        let keys = ["array-removal-a", "array-removal-never", "array-removal-b"]
        let first = sandbox.batch(.update, [(keys[0], #""version":1"#), (keys[2], #""version":1"#)])
        let batch = sandbox.batch(.remove, keys.map { ($0, "") })
        return sandbox.assumption(
            "array-removal", "An array of keys removes those documents, and one that is not there has the code 1202",
            experiment: "DELETE of 3 keys, of which the second does not exist",
            [sandbox.write(first), sandbox.write(batch), sandbox.read(keys)]
        ) { answers in
            .all([
                .writes(answers[0], of: first, are: ["written", "written"]),
                .elements(answers[1], are: ["done", "error \(ErrorNumber.documentNotFound)", "done"]),
                // That is how Warren takes it.
                .writes(answers[1], of: batch, are: ["written", "written", "written"]), .documents(answers[2], hold: [nil, nil, nil]),
            ])
        }
    }

    private static func edgeEnds(_ sandbox: Sandbox) -> Assumption {
        let batch = sandbox.batch(.replace, inEdges: true, [("edge-ends", VersionAssumptions.members(1, by: 1))])
        return sandbox.assumption(
            "edge-ends", "An edge without ends is refused, and its element has the code", experiment: "one edge without _from and _to",
            [sandbox.write(batch)]
        ) { answers in .writes(answers[0], of: batch, are: ["error \(ErrorNumber.invalidEdge)"]) }
    }

    /// What Warren asks a collection with whose writes failed: nothing of it is stored.
    private static func impossibleWrite(_ sandbox: Sandbox) -> Assumption {
        let targets = [
            (WriteTarget.Mode.update, sandbox.names.documents), (.create, sandbox.names.documents), (.replace, sandbox.names.edges),
        ]
        .map { WriteTarget(collection: $1, mode: $0, versionAttribute: Sandbox.version) }
        return sandbox.assumption(
            "write-leaves-nothing",
            "A write with an illegal key is refused for the key, after everything else about the request was accepted",
            experiment: "an illegal key by overwriteMode=update and ignore, and to the edges by replace",
            targets.map { .illegalWrite(to: $0, settings: sandbox.settings) }
        ) { answers in .all(answers.map { proof($0, .refused, ErrorNumber.illegalKey) }) }
    }

    private static func impossibleRemoval(_ sandbox: Sandbox) -> Assumption {
        sandbox.assumption(
            "removal-leaves-nothing", "The removal of a key that nobody has is answered as one",
            experiment: "DELETE of an array with one such key",
            [.removeImpossible(from: sandbox.names.documents, settings: sandbox.settings)]
        ) { answers in proof(answers[0], .missing, ErrorNumber.documentNotFound) }
    }

    private static func removeOne(_ sandbox: Sandbox) -> Assumption {
        sandbox.assumption(
            "removal-of-one", "The removal of one document that nobody has, by its path, is answered as one",
            experiment: "DELETE of the path of a document that nobody has",
            [.removeImpossible(from: sandbox.names.documents, of: sandbox.database)]
        ) { answers in .error(answers[0], status: 404, ErrorNumber.documentNotFound) }
    }

    private static func proof(_ answer: Answer, _ expected: FailureClass, _ number: Int) -> Judgement {
        switch ProofAnswer.failure(answer, expecting: expected) {
        case nil: .elements(answer, are: ["error \(number)"])
        case .collection(let fault)?: .notProven("\(fault)")
        case let failure?: .failed("\(failure.fault)")
        }
    }
}
