public import Messages
internal import Settings

/// What a server reports about its version.
public enum VersionReport: Sendable, Equatable {
    /// This is it.
    case told(ServerVersion)
    /// It is ArangoDB, and hides its version from this user (`--server.harden`, ArangoDB.md section 10); why nothing else shows it either.
    case hidden(Fault)

    /// `nil` if it is hidden.
    public var version: ServerVersion? { if case .told(let version) = self { version } else { nil } }
}

/// Whether a server honours `versionAttribute`: an older one ignores it silently, and would put old states over new ones (ArangoDB.md section 3).
public enum VersionGuard: Sendable, Equatable {
    /// Its version shows it.
    case honoured(ServerVersion)
    /// It hides its version, and was seen to do so.
    case proven
    /// Nothing shows it, and `[arangodb] version_guard = "assume"`.
    case assumed
    /// Its version says that it does not.
    case tooOld(ServerVersion)
    /// It hides its version, and was seen not to do so: what came back.
    case refuted(Fault)
    /// Nothing shows it.
    case unproven(VersionObstacle)
}

/// Why it is not known that a server honours versions, and what an administrator can do.
public struct VersionObstacle: Sendable, Equatable, CustomStringConvertible {
    /// Why the query for the version does not return it.
    public let fault: Fault
    /// Why it cannot be found out by writing to a temporary collection.
    public let proof: Fault
    /// The user who asked; `nil` if it is not known whose token it is.
    public let user: String?
    /// Where.
    public let database: String

    /// What is in the way.
    package init(_ fault: Fault, proof: Fault, user: String?, database: String) {
        self.fault = fault
        self.proof = proof
        self.user = user
        self.database = database
    }

    /// What is in the way.
    public var explanation: String {
        "ArangoDB hides its version from \(user.map { "user \($0)" } ?? "the user of this token"), as with --server.harden, and AQL does not tell it "
            + "either (\(fault)), nor can Warren see it in a temporary collection (\(proof)). `version` needs 3.12 or later, because older servers "
            + "ignore versions silently"
    }

    /// What to do: one of three things.
    public var advice: String {
        let (own, system) = (Grant(user: user, database: database, .readWrite), Grant(user: user, database: "_system", .readWrite))
        return
            "let the user create a temporary collection, as root: \(own.request); or, if you know that the server is 3.12 or later, set "
            + "[arangodb] version_guard = \"assume\"; or let the user be an administrator, as root: \(system.request)"
    }

    /// All of it.
    public var description: String { "\(explanation). To consume, \(advice)" }
}

extension DocumentStore {
    /// Asks whether the server honours versions. What costs least is asked first.
    public func versionGuard() async -> Result<VersionGuard, RequestFailure> {
        switch await serverVersion() {
        case .success(let report): .success(await judge(report))
        case .failure(let failure): .failure(failure)
        }
    }

    /// What a report says of versions, and what else says it where the report does not: a proof in a temporary collection, then the settings.
    ///
    /// `mayWrite` is false for who only looks: then nothing is proven.
    public func judge(_ report: VersionReport, mayWrite: Bool = true) async -> VersionGuard {
        switch report {
        case .told(let version): return version.supportsVersionAttribute ? .honoured(version) : .tooOld(version)
        case .hidden(let fault):
            let proof =
                if mayWrite {
                    await versionProof()
                } else {
                    Judgement.notProven("only `warren run` and `warren check --live --prove` create one")
                }
            switch proof {
            case .proven: return .proven
            case .failed(let text): return .refuted(Fault(message: text))
            case .notProven(let text), .notPermitted(let text):
                guard settings.versionGuard == .probe else { return .assumed }
                let obstacle = VersionObstacle(
                    fault, proof: Fault(message: text), user: settings.grantee, database: settings.database)
                return .unproven(obstacle)
            }
        }
    }
}
