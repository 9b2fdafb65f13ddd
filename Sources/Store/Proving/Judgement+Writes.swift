internal import Messages

// What came back for writes, read as Warren reads it.

extension Judgement {
    /// What became of each write of a batch, against what should: `written`, `stale`, `error 1221`.
    static func writes(_ answer: Answer, of batch: WriteBatch, are expected: [String]) -> Judgement {
        switch WriteAnswer.reply(answer, to: batch) {
        case .failure(.outage(let fault)), .failure(.collection(let fault)): return .notProven("\(fault)")
        case .failure(let failure): return .failed("\(failure.fault)")
        case .success(let outcomes):
            if let obstacle = outcomes.lazy.compactMap(\.obstacle).first { return obstacle }
            let words = outcomes.map(\.word)
            return check(words == expected, Self.list(words), else: "\(Self.list(words)) instead of \(Self.list(expected))")
        }
    }

    /// The same of an array of which only the errors matter: `done`, `error 1202`.
    static func elements(_ answer: Answer, are expected: [String]) -> Judgement {
        switch ElementFaults.read(answer, expecting: expected.count) {
        case .failure(let failure): return .failed("\(failure.fault)")
        case .success(let faults):
            let words = faults.map { $0.map { "error \($0.1.errorNum ?? 0)" } ?? "done" }
            return check(words == expected, Self.list(words), else: "\(Self.list(words)) instead of \(Self.list(expected))")
        }
    }

    /// `2 × stale, written`.
    static func list(_ words: [String]) -> String {
        var runs: [(word: String, count: Int)] = []
        for word in words {
            if runs.last?.word == word { runs[runs.count - 1].count += 1 } else { runs.append((word, 1)) }
        }
        return runs.map { $0.count == 1 ? $0.word : "\($0.count) × \($0.word)" }.joined(separator: ", ")
    }
}

extension Outcome {
    /// In one word, or two.
    var word: String {
        switch self {
        case .written, .stored(_, isStale: false): "written"
        case .stale, .stored(_, isStale: true): "stale"
        case .conflict(let fault), .transient(let fault), .unavailable(let fault), .refused(let fault):
            fault.errorNum.map { "error \($0)" } ?? fault.message
        }
    }

    /// Why it shows nothing; `nil` if it shows something.
    fileprivate var obstacle: Judgement? {
        guard case .unavailable(let fault) = self else { return nil }
        return fault.errorNum == ErrorNumber.readOnly ? .notPermitted("\(fault)") : .notProven("\(fault)")
    }
}
