internal import Messages

/// Every key that Warren lets pass is one to ArangoDB (ArangoDB.md section 7).
enum KeyAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        // Each character alone, as the first and as the last; and the longest key.
        let letters = legal.map { String(UnicodeScalar($0)) }
        let all = letters + letters.map { "\($0)key" } + letters.map { "key\($0)" } + [longest]
        return [
            tried(sandbox, "keys", "Every legal character is one at any position of a key, and a key may have 254 bytes", all),
            tried(sandbox, "keys-case", "Keys that differ in case only are two", ["key-case", "KEY-CASE", "Key-Case"]),
        ]
    }

    /// What ``KeyRules`` lets pass.
    static var legal: [UInt8] { (UInt8(0)...127).filter { (try? KeyRules.key([$0])) != nil } }

    private static var longest: String {
        let bytes = legal
        return String(decoding: (0..<KeyRules.longest).map { bytes[$0 % bytes.count] }, as: UTF8.self)
    }

    private static func tried(_ sandbox: Sandbox, _ name: String, _ statement: String, _ keys: [String]) -> Assumption {
        let batch = sandbox.batch(.replace, keys.enumerated().map { ($1, VersionAssumptions.members(1, by: $0)) })
        let removal = sandbox.batch(.remove, keys.map { ($0, "") })
        return sandbox.assumption(
            name, statement, experiment: "\(keys.count) documents with such keys are written, read back and removed in one request each",
            [sandbox.write(batch), sandbox.read(keys), sandbox.write(removal), sandbox.read(keys)]
        ) { answers in
            .all([
                each(answers[0], keys, .writes(answers[0], of: batch, are: Array(repeating: "written", count: keys.count))),
                .documents(answers[1], hold: keys.indices.map { VersionAssumptions.stored(1, by: $0) }),
                .elements(answers[2], are: Array(repeating: "done", count: keys.count)),
                .documents(answers[3], hold: Array(repeating: nil, count: keys.count)),
            ])
        }
    }

    /// Names the first key that was refused.
    private static func each(_ answer: Answer, _ keys: [String], _ judgement: Judgement) -> Judgement {
        guard case .failed(let text) = judgement, let index = answer.documents?.firstIndex(where: { $0["errorNum"] != nil }),
            keys.indices.contains(index)
        else { return judgement }
        return .failed("the key \"\(keys[index])\" is refused: \(text)")
    }
}
