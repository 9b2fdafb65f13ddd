internal import Formats
internal import Glibc

/// A file that every user of the machine can read or change, though it holds a secret.
struct FilePermissionProblem: Equatable {
    /// What is wrong, and the command that mends it. `subject` begins the sentence: `holds a password`.
    let problem: String

    /// nil if only owner and group have access, by the file's own mode (the shipped one is `root:warren 0640`) or by that of a directory above it
    /// (`/etc/warren/conf.d` is `root:warren 0750`), or if there is no such file, which is reported elsewhere.
    init?(of path: String, _ subject: String) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0, facts.st_mode & 0o006 != 0, Self.isReachable(path) else { return nil }
        let mode = String(facts.st_mode & 0o7777, radix: 8)
        problem = "\(subject), and every user of this machine has access to it (mode \(mode)): run chmod o-rwx \(path)"
    }

    /// Whether every user may search all directories above the file (path_resolution(7)).
    private static func isReachable(_ path: String) -> Bool {
        guard let resolved = unsafe realpath(path, nil) else { return true }
        defer { unsafe free(resolved) }
        var directory = unsafe String(cString: resolved)
        while let slash = directory.lastIndex(of: "/") {
            directory = String(directory[..<slash])
            var facts = stat()
            guard unsafe stat(directory.isEmpty ? "/" : directory, &facts) == 0 else { return true }
            if facts.st_mode & 0o001 == 0 { return false }
        }
        return true
    }
}

extension SettingsDraft {
    /// Whether `file`, which was read last, set a password. What every installation has (guest, or none) is no secret.
    func holdsPassword(of file: String, _ findings: Diagnostics) -> Bool {
        func isSetHere(_ key: String) -> Bool {
            if case .file(file, _)? = findings.location(of: key) { true } else { false }
        }
        func isSecret(_ secret: Secret?, besides known: Secret) -> Bool { secret.map { !$0.revealed.isEmpty && $0 != known } ?? false }
        let known = (rabbitmq: RabbitMQSettings().password, arangodb: ArangoDBSettings().password)
        let (rabbitmq, arangodb) = (settings.rabbitmq, settings.arangodb)
        return isSetHere("rabbitmq.password") && isSecret(rabbitmq.password, besides: known.rabbitmq)
            || isSetHere("rabbitmq.endpoints") && rabbitmq.endpoints.contains { isSecret($0.password, besides: known.rabbitmq) }
            || isSetHere("arangodb.password") && isSecret(arangodb.password, besides: known.arangodb)
    }

    /// Private keys that others can read.
    func checkKeyFiles(_ findings: inout Diagnostics) {
        for (key, path) in [("rabbitmq.tls.key", settings.rabbitmq.tls.key), ("arangodb.tls.key", settings.arangodb.tls.key)] {
            guard let path, let location = findings.location(of: key), let exposure = FilePermissionProblem(of: path, "is a private key")
            else {
                continue
            }
            findings.add(location, key, value: JSONString.shown(path), exposure.problem)
        }
    }
}
