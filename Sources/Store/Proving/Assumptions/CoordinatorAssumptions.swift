internal import Messages
internal import Settings

/// Coordinators are equal: each takes any request, for the same data (ArangoDB.md section 11).
enum CoordinatorAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] { sandbox.settings.endpoints.indices.map { one(sandbox, $0) } }

    private static func one(_ sandbox: Sandbox, _ number: Int) -> Assumption {
        let key = "coordinator-\(number + 1)"
        let usual = VersionAssumptions.usual
        let versions = [usual, usual - 1, usual + 1]
        let batches = versions.enumerated().map { by, version in
            sandbox.batch(.update, [(key, VersionAssumptions.members(version, by: by))])
        }
        return sandbox.assumption(
            key, "\(sandbox.settings.endpoints[number]) takes writes to the same data, and honours versions",
            experiment: "version N over any coordinator; N-1 and N+1 over this one; read back over any and over this one",
            steps: [
                .fixed(sandbox.write(batches[0])), .fixed(sandbox.write(batches[1]), coordinator: number),
                .fixed(sandbox.write(batches[2]), coordinator: number), .fixed(sandbox.read([key])),
                .fixed(sandbox.read([key]), coordinator: number),
            ]
        ) { answers in
            .all(
                zip(answers, zip(batches, ["written", "stale", "written"])).map { Judgement.writes($0, of: $1.0, are: [$1.1]) }
                    + answers[3...].map { Judgement.documents($0, hold: [VersionAssumptions.stored(usual + 1, by: 2)]) })
        }
    }
}
