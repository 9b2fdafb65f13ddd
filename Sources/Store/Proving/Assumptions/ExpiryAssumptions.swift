internal import Messages

/// A document goes when the time in its attribute has passed, and not before (`on_invalidate = "expire"`, ArangoDB.md section 6).
enum ExpiryAssumptions {
    /// A server looks each 30 s by default (`--ttl.frequency`).
    static let patience: Duration = .seconds(75)
    private static let keys = ["expiry-past", "expiry-future", "expiry-none"]
    /// In 2100.
    private static let future = 4_102_444_800

    static func all(_ sandbox: Sandbox, patience: Duration = Self.patience) -> [Assumption] {
        let attribute = AdministrationAssumptions.expiry
        let batch = sandbox.batch(
            .update, zip(keys, ["1", "\(future)", "null"]).map { ($0, #""version":1,"\#(attribute)":\#($1)"#) })
        var assumption = sandbox.assumption(
            "ttl-expiry", "A document goes when the time in \(attribute) has passed, and not before",
            experiment:
                "3 documents under a TTL index, with a time that has passed, one in 2100, and null; read back until the first is gone",
            [
                .createExpiryIndex(on: attribute, of: sandbox.names.documents, in: sandbox.database), sandbox.write(batch),
                sandbox.read(keys),
            ]
        ) { answers in
            let written = Judgement.all([
                .success(answers[0], [200, 201]), .writes(answers[1], of: batch, are: ["written", "written", "written"]),
            ])
            guard case .proven = written else { return written }
            let isGone = answers[2].documents?.first?["errorNum"] == "\(ErrorNumber.documentNotFound)"
            let (there, stays) = ([String: String?](), ["version": Optional("1")])
            let others = Judgement.documents(answers[2], hold: [isGone ? nil : there, stays, stays])
            guard case .proven = others else { return others }
            guard isGone else {
                return .notProven(
                    "all were there after \(patience.components.seconds) s: a server looks each --ttl.frequency, which is 30 s by default")
            }
            return .proven("the first is gone, the others are there")
        }
        assumption.patience = patience
        return [assumption]
    }
}
