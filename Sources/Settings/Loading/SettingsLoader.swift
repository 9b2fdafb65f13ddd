/// Loads the configuration: a file, `conf.d/*.toml` beside it, environment variables, systemd credentials, in this order.
/// Each source sets what it names, over what earlier ones said.
public enum SettingsLoader {
    /// Where the configuration is unless `--config` says otherwise.
    public static let defaultFile = "/etc/warren/warren.toml"

    /// The names that credentials have: of secrets, then of the files of TLS.
    public static let credentialNames = Credentials.secrets + Credentials.files

    /// The names of the credentials that systemd gave a process with this environment.
    public static func credentials(in environment: [String: String]) -> [String] {
        guard let directory = environment["CREDENTIALS_DIRECTORY"] else { return [] }
        return credentialNames.filter { ConfigurationFiles.exists("\(directory)/\($0)") }
    }

    /// Reads the file and all that belongs to it. `environment` also says where credentials are (`CREDENTIALS_DIRECTORY`); `credentials` are paths
    /// of files by name, for a command that systemd gives none.
    /// - Throws: every mistake of every source at once, files that cannot be read included.
    public static func load(
        file: String = defaultFile, environment: [String: String], credentials: [String: String] = [:]
    ) throws(SettingsErrors) -> Settings {
        try settings(from: files(file, environment, credentials), of: file, environment)
    }

    /// What the sources that ``load(file:environment:credentials:)`` reads add up to, with the origin of each value.
    /// - Throws: the same.
    public static func effective(
        file: String = defaultFile, environment: [String: String], credentials: [String: String] = [:]
    ) throws(SettingsErrors) -> EffectiveConfiguration {
        let files = files(file, environment, credentials)
        _ = try settings(from: files, of: file, environment)
        return EffectiveConfiguration(MergedConfiguration(files.sources, environment: environment, credentials: files.credentials))
    }

    private static func files(_ file: String, _ environment: [String: String], _ credentials: [String: String]) -> ConfigurationFiles {
        var paths = credentials
        if let directory = environment["CREDENTIALS_DIRECTORY"] { for name in credentialNames { paths[name] = "\(directory)/\(name)" } }
        return ConfigurationFiles(file: file, credentials: paths)
    }

    private static func settings(
        from files: ConfigurationFiles, of file: String, _ environment: [String: String]
    ) throws(SettingsErrors) -> Settings {
        try settings(
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
        let processors = draft.finishedProcessors(&findings)
        draft.settings.processors = processors.filter(\.isEnabled)
        draft.settings.disabled = processors.filter { !$0.isEnabled }.map(\.name)

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
