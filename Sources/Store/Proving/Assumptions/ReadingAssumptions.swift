internal import Messages

/// Reading back (`onlyget`, ArangoDB.md section 4).
enum ReadingAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        let keys = ["reading-a", "reading-never", "reading-b"]
        let batch = sandbox.batch(
            .update, needsRevisions: true,
            [(keys[0], VersionAssumptions.members(1, by: 1)), (keys[2], VersionAssumptions.members(2, by: 1))])
        let reading = sandbox.reading(keys, needsRevisions: true)
        let read = Call.read(reading, database: sandbox.database)
        return [
            sandbox.assumption(
                "reading",
                "Reading back tells for each key, in their order, version and revision, or that it is missing; it changes nothing",
                experiment: "PUT ?onlyget=true of 3 keys, of which the second does not exist; twice", [sandbox.write(batch), read, read]
            ) { answers in
                .all([
                    .writes(answers[0], of: batch, are: ["written", "written"]), states(answers[1], of: reading, written: answers[0]),
                    states(answers[2], of: reading, written: answers[0]),
                    .documents(
                        answers[2], hold: [VersionAssumptions.stored(1, by: 1), nil, VersionAssumptions.stored(2, by: 1)]),
                ])
            }
        ]
    }

    private static func states(_ answer: Answer, of reading: ReadBatch, written: Answer) -> Judgement {
        let expected: [StoredState] = [
            .found(version: 1, revision: written.revision(of: 0)), .missing, .found(version: 2, revision: written.revision(of: 1)),
        ]
        switch ReadAnswer.reply(answer, to: reading) {
        case .failure(let failure): return .failed("\(failure.fault)")
        case .success(let states):
            return .check(states == expected, "found, missing, found", else: "\(states.map(\.word)) instead of \(expected.map(\.word))")
        }
    }
}

extension StoredState {
    fileprivate var word: String {
        switch self {
        case .found(let version, _, let revision): "version \(version.map { "\($0)" } ?? "none") at \(revision ?? "no revision")"
        case .missing: "missing"
        case .unreadable(let fault): "error \(fault.errorNum ?? 0)"
        }
    }
}
