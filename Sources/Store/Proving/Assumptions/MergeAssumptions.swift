internal import Formats
internal import Messages

/// What an update leaves, what a replacement takes away, and that texts and numbers stay what they are (ArangoDB.md section 3).
enum MergeAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        [
            changed(
                sandbox, "keep-null", "An update keeps an attribute that it sets to null", by: .update, #""a":1,"b":2"#, #""a":null"#,
                to: ["a": "null", "b": "2"]),
            changed(
                sandbox, "merge-objects", "An update merges objects", by: .update, #""o":{"x":1,"y":1}"#, #""o":{"y":2,"z":2}"#,
                to: ["o.x": "1", "o.y": "2", "o.z": "2"]),
            changed(
                sandbox, "replace-whole", "A replacement leaves nothing of what was there", by: .replace, #""a":1,"o":{"x":1}"#, #""b":2"#,
                to: ["a": nil, "o": nil, "b": "2"]),
            contents(sandbox), stamp(sandbox),
        ]
    }

    private static func changed(
        _ sandbox: Sandbox, _ key: String, _ statement: String, by mode: WriteTarget.Mode, _ first: String, _ second: String,
        to expected: [String: String?]
    ) -> Assumption {
        let batches = [first, second].map { sandbox.batch(mode, version: nil, [(key, $0)]) }
        return sandbox.assumption(
            key, statement, experiment: "{\(first)}, then {\(second)} by overwriteMode=\(mode.rawValue)",
            batches.map(sandbox.write) + [sandbox.read([key])]
        ) { answers in
            .all(
                zip(answers, batches).map { Judgement.writes($0, of: $1, are: ["written"]) }
                    + [Judgement.documents(answers[2], hold: [expected])])
        }
    }

    private static func contents(_ sandbox: Sandbox) -> Assumption {
        let key = "contents"
        let members = [
            ("most", "18446744073709551615"), ("least", "-9223372036854775808"), ("odd", "9007199254740993"),
            ("text", #""tab\t, quote\", \\, ü, 😀, \u0000""#), ("_own", "true"), ("", "null"),
        ]
        let batch = sandbox.batch(.replace, version: nil, [(key, members.map { "\"\($0)\":\($1)" }.joined(separator: ","))])
        return sandbox.assumption(
            key, "Whole numbers keep every digit, texts every character, and attributes may begin with _ or have no name",
            experiment: "a document with 2^64-1, -2^63, 2^53+1, a text with escapes, _own and an empty name; read back",
            [sandbox.write(batch), sandbox.read([key])]
        ) { answers in
            .all([
                .writes(answers[0], of: batch, are: ["written"]),
                .documents(answers[1], hold: [Dictionary(uniqueKeysWithValues: members.map { ($0, Optional($1)) })]),
            ])
        }
    }

    /// A resynchronisation's stamp: whatever the version, and only on what is there.
    private static func stamp(_ sandbox: Sandbox) -> Assumption {
        let keys = ["stamp-there", "stamp-never"]
        let first = sandbox.batch(.update, [(keys[0], VersionAssumptions.members(5, by: 1))])
        return sandbox.assumption(
            "stamp", "PATCH merges into documents whatever their version, and creates none",
            experiment: "PATCH of a document that is there and of one that is not",
            [
                sandbox.write(first),
                .stamp(
                    keys.map(DocumentKey.init(legal:)), in: sandbox.names.documents, with: Array(#""run":"now""#.utf8),
                    settings: sandbox.settings),
                sandbox.read(keys),
            ]
        ) { answers in
            .all([
                .writes(answers[0], of: first, are: ["written"]),
                .elements(answers[1], are: ["done", "error \(ErrorNumber.documentNotFound)"]),
                .documents(answers[2], hold: [["run": #""now""#, "version": "5", "by": "1"], nil]),
            ])
        }
    }
}
