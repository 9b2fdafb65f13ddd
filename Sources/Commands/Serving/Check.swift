import ArgumentParser
import ControlMessages
import ControlServer
import Service
import Settings
import Store

/// `warren check`
struct Check: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Checks the configuration, and prints every mistake with file, line and key.",
        discussion: """
            With --live the command also examines both servers: queues with their types and arguments, dead-letter queues, rights, collections, \
            indexes, versions, clocks. Each finding says what to do. The command changes nothing, and takes no message.

            With --prove as well, the command proves on ArangoDB what Warren's promise rests on, above all that an older version never overwrites a \
            newer one. It works in temporary collections (warren_proof_…), which it removes; a later proof removes what an interrupted one has left. \
            It prints a table: what is assumed, what was done, what came back, and whether that is proven, failed or not proven. The proof takes \
            about half a minute and needs rw on the database; what the user may not do is not proven, and the right that it needs is named.

            With --effective the command prints the configuration that all files, variables and credentials add up to, each value with its origin. \
            Secrets are hidden.

            For the configuration of a systemd unit, the command also has the variables and credentials that systemd gives the unit, as far as this \
            user can read them; it says what it could not read. As root it warns of files that the service cannot read.

            It warns if the group whose members operate does not exist, and of members of the group warren, who operated in 0.1.0, if they are not in \
            that group.

            AMQP does not report policies, effective delivery limits, or all consumers of quorum queues. If [rabbitmq] management names the management \
            API, Warren asks that. What neither reports is `unknown`, which does not mean that all is well.

            Exit code 0: nothing is wrong, but there may be warnings. 78: the configuration is wrong. 69: something is missing or does not answer. \
            77: a server does not permit it. An assumption that failed ends with 78; one that is not proven is a warning.

            Examples:
              warren check
              warren check --effective
              warren check --live
              warren check --live --json | jq '.[] | select(.severity == "error")'
              warren check --live --prove
            """)

    @OptionGroup var configuration: ConfigurationOption
    @Flag(help: "Connect to both servers, and look for what the configuration needs.")
    var live = false
    @Flag(help: "Prove on ArangoDB what Warren's promise rests on, in temporary collections. Needs --live.")
    var prove = false
    @Flag(help: "Print the configuration that is in force, with the origin of each value.")
    var effective = false
    @Flag(help: "Print what is found as JSON, mistakes of the configuration included.")
    var json = false

    func validate() throws {
        guard live || !prove else { throw ValidationError("--prove needs --live.") }
        guard !live || !effective else {
            throw ValidationError("--effective prints the configuration, and --live examines servers: give only one of them.")
        }
    }

    func run() async throws {
        let unit = configuration.unitEnvironment()
        guard !effective else { return try showEffective(unit) }
        let settings =
            try json ? forPrograms { () throws(SettingsErrors) in try configuration.settings(of: unit) } : configuration.load(of: unit)
        if !json { (settings.summary + [unit?.summary].compactMap(\.self)).forEach { show($0) } }
        unit?.warnings.forEach { complain("warning: \($0)") }
        unit?.unreadableFiles(beside: configuration.file).forEach { complain("warning: \($0)") }
        if let fault = configuration.environment["STATE_DIRECTORY"].flatMap(StateDirectory.fault) {
            complain(
                "warning: STATE_DIRECTORY cannot be written (\(fault)), so Warren cannot find out which message ends the process again and again. Make the service user its owner."
            )
        }
        for warning in OperatorGroup(name: settings.control.group).warnings { complain("warning: \(warning)") }
        if settings.rabbitmq.revealsPassword, !live {
            complain("warning: [rabbitmq] management uses http to another host, which shows the password to the network. Use https.")
        }
        if !live { settings.tlsWarnings.forEach { complain("warning: \($0)") } }
        guard live else {
            return json ? showJSON(try ControlJSON.encode([Finding.validConfiguration])) : show("The configuration is right.")
        }
        if prove, !json { show("Proving on ArangoDB takes about half a minute.") }
        let findings = await Doctor(settings: settings).examine(proving: prove)
        if json {
            showJSON(try ControlJSON.encode(findings))
        } else {
            tell(findings)
        }
        if let failure = findings.lazy.compactMap(\.exitCode).first { throw failure }
    }

    /// What `body` makes of the configuration; mistakes are findings on standard output.
    private func forPrograms<Value>(_ body: () throws(SettingsErrors) -> Value) throws -> Value {
        do throws(SettingsErrors) {
            return try body()
        } catch {
            showJSON(try ControlJSON.encode(error.errors.map { Finding.mistake($0) }))
            throw ExitCode.configuration
        }
    }

    private func showEffective(_ unit: UnitEnvironment?) throws {
        func merged() throws(SettingsErrors) -> EffectiveConfiguration { try configuration.effective(of: unit) }
        if json {
            showJSON(Array(try forPrograms(merged).json.utf8))
        } else {
            try configuration.loaded(merged).lines.forEach { show($0) }
        }
        unit?.warnings.forEach { complain("warning: \($0)") }
    }

    /// What is wrong goes to standard error, so that a script that looks at nothing else sees it.
    private func tell(_ findings: [Finding]) {
        show("")
        for finding in findings where finding.proof == nil { tell(finding) }
        tellProof(findings)
        let (errors, warnings) = (findings.count { $0.severity == .error }, findings.count { $0.severity == .warning })
        let unknown = findings.count { $0.severity == .unknown }
        show("")
        if errors > 0 {
            show("\(errors) \(errors == 1 ? "error" : "errors"), \(warnings) \(warnings == 1 ? "warning" : "warnings")")
        } else {
            show(
                "The configuration is right, and both servers have what it needs" + (unknown > 0 ? ", as far as they report it" : "")
                    + (warnings > 0 ? "; see the warnings" : "") + (unknown > 0 ? "; see what is unknown." : "."))
        }
    }

    private func tell(_ finding: Finding) {
        let (text, advice) = (TerminalText.escaped("\(finding.subject): \(finding.text)"), finding.advice.map(TerminalText.escaped))
        let line = "\(finding.severity.mark) \(text)" + (advice.map { "\n        → \($0)" } ?? "")
        if finding.severity == .error { complain(line) } else { show(line) }
    }

    /// The table, then once more what failed, and what the others lack.
    private func tellProof(_ findings: [Finding]) {
        let rows = findings.compactMap(\.proof)
        guard !rows.isEmpty else { return }
        let table = ProofTable(rows, width: Terminal.size?.width ?? ProofTable.usualWidth)
        show("")
        table.lines.forEach { show($0) }
        show("")
        show(table.sentence)
        for finding in findings where finding.proof?.verdict == .failed { tell(finding) }
        let lacking = findings.filter { $0.proof?.verdict == .notProven }
        for advice in Set(lacking.compactMap(\.advice)).sorted() {
            let count = lacking.count { $0.advice == advice }
            show("\(Finding.Severity.warning.mark) not proven: \(count)\n        → \(TerminalText.escaped(advice))")
        }
    }
}

extension Finding {
    /// `nil` if it is no error.
    fileprivate var exitCode: ExitCode? {
        guard severity == .error else { return nil }
        return switch kind {
        case .notPermitted?: .notPermitted
        case .configuration?: .configuration
        case .unavailable?, nil: .unavailable
        }
    }
}

extension Finding.Severity {
    fileprivate var mark: String {
        switch self {
        case .ok: "ok     "
        case .note: "note   "
        case .unknown: "unknown"
        case .warning: "warning"
        case .error: "ERROR  "
        }
    }
}
