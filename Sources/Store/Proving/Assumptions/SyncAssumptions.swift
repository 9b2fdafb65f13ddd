internal import Messages
internal import Settings

/// `wait_for_sync` (ArangoDB.md section 3): the status says that it is on disk.
enum SyncAssumptions {
    static func all(_ sandbox: Sandbox) -> [Assumption] {
        var settings = sandbox.settings
        settings.waitForSync = true
        let synced = Sandbox(settings: settings, names: sandbox.names)
        let key = "wait-for-sync"
        let (write, removal) = (sandbox.batch(.update, [(key, VersionAssumptions.members(1, by: 1))]), sandbox.batch(.remove, [(key, "")]))
        return [
            sandbox.assumption(
                key, "With wait_for_sync the status says that a write is on disk", experiment: "POST and DELETE with waitForSync=true",
                [synced.write(write), synced.write(removal)]
            ) { answers in
                .all([
                    .writes(answers[0], of: write, are: ["written"]), .success(answers[0], [201]), .success(answers[1], [200]),
                ])
            }
        ]
    }
}
