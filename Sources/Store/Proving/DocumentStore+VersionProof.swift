internal import Messages

/// The one proof that `warren run` makes: where a server hides its version, whether it honours versions (ArangoDB.md section 10).
extension DocumentStore {
    /// A proof, and how many requests had gone unanswered by then.
    struct VersionProof {
        let judgement: Judgement
        let unanswered: Int
    }

    /// Nine small requests, five of them in a temporary collection. What was seen holds until a request goes unanswered: behind an address that comes back may be another
    /// server.
    func versionProof() async -> Judgement {
        let unanswered = coordinators().reduce(0) { $0 + $1.failed + $1.unavailable }
        if let known = knownVersionProof, known.unanswered == unanswered { return known.judgement }
        let judgement = await newVersionProof()
        switch judgement {
        case .proven, .failed: knownVersionProof = VersionProof(judgement: judgement, unanswered: unanswered)
        case .notProven, .notPermitted: knownVersionProof = nil
        }
        return judgement
    }

    private func newVersionProof() async -> Judgement {
        let names = await sandboxNames()
        let sandbox = Sandbox(settings: settings, names: names, hasEdges: false)
        if let obstacle = await open(sandbox) { return Judgement(obstacle: obstacle.failure) }
        let judgement = await judge(VersionAssumptions.eachOfMany(sandbox))
        _ = await close(sandbox)
        // Of a proof that did not come so far.
        _ = await removeLeftovers(now: names.seconds)
        return judgement
    }
}
