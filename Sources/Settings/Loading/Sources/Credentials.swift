/// Secrets that systemd hands over as files in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), "Credentials"). They win over every other source.
///
/// A credential has the name of the key it sets. `rabbitmq.password`, `arangodb.password` and `arangodb.token` hold the secret itself; those of
/// TLS are the PEM files that the keys name otherwise.
enum Credentials {
    /// Those whose text is the secret.
    static let secrets = ["rabbitmq.password", "arangodb.password", "arangodb.token"]
    /// Those that are files to be named.
    static let files = ["rabbitmq", "arangodb"].flatMap { section in ["ca", "certificate", "key"].map { "\(section).tls.\($0)" } }

    /// Puts `credentials`, texts by name (of ``files`` their paths), over `draft`. Editors and `echo` end files with a newline: it does not
    /// belong to the secret.
    static func apply(_ credentials: [String: String], to draft: inout SettingsDraft, _ findings: inout Diagnostics) {
        for name in secrets {
            guard let text = credentials[name] else { continue }
            let secret = withoutNewline(text)
            switch name {
            case "rabbitmq.password": draft.settings.rabbitmq.password = Secret(secret)
            case "arangodb.password": draft.settings.arangodb.password = Secret(secret)
            default:
                if secret.isEmpty { findings.add(.credential(name), nil, "is empty: a token is a line of text") }
                draft.settings.arangodb.token = Secret(secret)
            }
        }
        for name in files {
            guard let path = credentials[name] else { continue }
            let section: WritableKeyPath<SettingsDraft, TLSSettings> =
                name.hasPrefix("rabbitmq") ? \.settings.rabbitmq.tls : \.settings.arangodb.tls
            switch name.split(separator: ".").last {
            case "ca": draft[keyPath: section].ca = path
            case "certificate": draft[keyPath: section].certificate = path
            default: draft[keyPath: section].key = path
            }
            findings.set(name, at: .credential(name))
        }
    }

    private static func withoutNewline(_ text: String) -> String {
        var scalars = text.unicodeScalars
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
}
