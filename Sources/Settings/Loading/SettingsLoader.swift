/// Loads the configuration: a file, `conf.d/*.toml` beside it, environment variables, systemd credentials, in this order.
/// Each source sets what it names, over what earlier ones said.
public enum SettingsLoader {
    /// Where the configuration is unless `--config` says otherwise.
    public static let defaultFile = "/etc/warren/warren.toml"

    /// Reads the file and all that belongs to it. `environment` also says where credentials are (`CREDENTIALS_DIRECTORY`).
    /// - Throws: every mistake of every source at once, files that cannot be read included.
    public static func load(file: String = defaultFile, environment: [String: String]) throws(SettingsErrors) -> Settings {
        let files = ConfigurationFiles(file: file, credentialsDirectory: environment["CREDENTIALS_DIRECTORY"])
        return try settings(
            from: files.sources, environment: environment, credentials: files.credentials, mainFile: file, unreadable: files.errors,
            exposed: files.exposed, isOnDisk: true)
    }

    /// The same without IO, from sources already read; `credentials` are texts by name (`arangodb.token`).
    /// - Throws: every mistake of every source at once.
    public static func settings(
        from sources: [ConfigurationSource], environment: [String: String] = [:], credentials: [String: String] = [:]
    ) throws(SettingsErrors) -> Settings {
        try settings(
            from: sources, environment: environment, credentials: credentials, mainFile: sources.first?.name ?? defaultFile, unreadable: [],
            exposed: [], isOnDisk: false)
    }

    private static func settings(
        from sources: [ConfigurationSource], environment: [String: String], credentials: [String: String], mainFile: String,
        unreadable: [SettingsError], exposed: [SettingsError], isOnDisk: Bool
    ) throws(SettingsErrors) -> Settings {
        var draft = SettingsDraft()
        var findings = Diagnostics()
        var exposed = exposed
        for error in unreadable { findings.add(error) }
        for source in sources {
            do throws(SettingsError) {
                findings.read(try source.parsed(), keys: SettingsDraft.keys, path: "", into: &draft)
                if isOnDisk, draft.holdsPassword(of: source.name, findings),
                    let exposure = FilePermissionProblem(of: source.name, "holds a password")
                {
                    exposed.append(SettingsError(location: .file(source.name, line: nil), key: nil, value: nil, problem: exposure.problem))
                }
            } catch {
                findings.add(error)
            }
        }
        // A file that could not be read or parsed may have held what the rules would now miss.
        let isComplete = findings.errors.allSatisfy { $0.key != nil }
        for error in exposed { findings.add(error) }
        EnvironmentVariables.apply(environment, to: &draft, &findings)
        Credentials.apply(credentials, to: &draft, &findings)
        if isOnDisk { draft.checkKeyFiles(&findings) }
        if isComplete {
            draft.checkTLS(&findings)
            draft.checkProcessors(file: mainFile, &findings)
        }
        draft.settings.processors = draft.finishedProcessors(&findings)

        guard findings.errors.isEmpty else {
            throw SettingsErrors(errors: findings.sorted(files: [mainFile] + sources.map(\.name)))
        }
        return draft.settings
    }
}

extension SettingsDraft {
    /// A certificate is of no use without its key, and the other way round.
    fileprivate func checkTLS(_ findings: inout Diagnostics) {
        for section in ["rabbitmq.tls", "arangodb.tls"] {
            switch (findings.location(of: "\(section).certificate"), findings.location(of: "\(section).key")) {
            case (let location?, nil):
                findings.add(location, "\(section).certificate", "needs \(section).key, the certificate's private key, beside it")
            case (nil, let location?):
                findings.add(location, "\(section).key", "needs \(section).certificate, the key's certificate, beside it")
            default: break
            }
        }
    }
}
