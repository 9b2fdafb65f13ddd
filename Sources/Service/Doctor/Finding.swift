public import Settings
public import Store

/// Something that a look at the servers showed, and what to do about it.
public struct Finding: Sendable, Equatable, Encodable {
    /// How bad it is.
    public enum Severity: String, Sendable, Encodable {
        /// As it should be.
        case ok
        /// Good to know.
        case note
        /// It could not be found out: no good news.
        case unknown
        /// It works, until something happens.
        case warning
        /// It does not work.
        case error
    }

    /// Which kind of error it is, for exit codes.
    public enum Kind: String, Sendable, Encodable {
        /// Something is not there, or does not answer.
        case unavailable
        /// Credentials or rights.
        case notPermitted = "not_permitted"
        /// The configuration asks for what this server cannot do.
        case configuration
    }

    /// How bad it is.
    public let severity: Severity
    /// Of errors.
    public let kind: Kind?
    /// What it is about, such as `queue company.updated`.
    public let subject: String
    /// What was seen.
    public let text: String
    /// What to do; `nil` if there is nothing to do.
    public let advice: String?
    /// The line of the proof's table that says it; `nil` if the proof was not needed to see it.
    public private(set) var proof: ProofRow?

    private init(_ severity: Severity, _ kind: Kind?, _ subject: String, _ text: String, _ advice: String?) {
        self.severity = severity
        self.kind = kind
        self.subject = subject
        self.text = text
        self.advice = advice
    }

    static func ok(_ subject: String, _ text: String) -> Finding { Finding(.ok, nil, subject, text, nil) }
    static func note(_ subject: String, _ text: String, _ advice: String? = nil) -> Finding { Finding(.note, nil, subject, text, advice) }
    static func unknown(_ subject: String, _ text: String, _ advice: String) -> Finding {
        Finding(.unknown, nil, subject, "unknown: \(text)", advice)
    }
    /// A mistake in the configuration.
    public static func mistake(_ error: SettingsError) -> Finding {
        .error(.configuration, error.key.map { "\(error.location): \($0)" } ?? "\(error.location)", error.problem)
    }
    /// Nothing is wrong with the configuration.
    public static let validConfiguration = Finding.ok("configuration", "is right")
    /// A certificate that matches by its CN only.
    static func namedBySubject(_ server: String) -> Finding {
        .warning(
            server, "its certificate names it in its CN only, not in a subjectAltName: newer TLS libraries refuse that",
            "renew the certificate with a subjectAltName that has this name")
    }
    static func warning(_ subject: String, _ text: String, _ advice: String) -> Finding { Finding(.warning, nil, subject, text, advice) }
    static func error(_ kind: Kind, _ subject: String, _ text: String, _ advice: String? = nil) -> Finding {
        Finding(.error, kind, subject, text, advice)
    }

    /// What a line of the proof's table means.
    static func proven(_ row: ProofRow) -> Finding {
        let subject = "proof \(row.name)"
        var finding =
            switch row.verdict {
            case .proven: ok(subject, "\(row.assumption): \(row.answer)")
            case .notProven:
                warning(
                    subject, "not proven: \(row.assumption) (\(row.answer))",
                    row.grant ?? "repeat the proof when the server can do it")
            case .failed:
                error(
                    .configuration, subject, "this does not hold here: \(row.assumption). \(row.done): \(row.answer)",
                    "Warren's promise rests on it: use ArangoDB 3.12 or later, and nothing in between that changes requests or answers")
            }
        finding.proof = row
        return finding
    }
}
