/// Secrets that systemd hands over as files in `$CREDENTIALS_DIRECTORY` (systemd.exec(5), "Credentials"). They win over every other source.
enum Credentials {
    /// The names of the credentials that are looked for.
    static let names = ["rabbitmq.password", "arangodb.password", "arangodb.token"]

    /// Puts `credentials`, texts by name, over `draft`. Editors and `echo` end files with a newline: it does not belong to the secret.
    static func apply(_ credentials: [String: String], to draft: inout SettingsDraft, _ findings: inout Findings) {
        for name in names {
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
    }

    private static func withoutNewline(_ text: String) -> String {
        var scalars = text.unicodeScalars
        while let last = scalars.last, last == "\n" || last == "\r" { scalars.removeLast() }
        return String(scalars)
    }
}
