internal import Formats
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
    /// Nothing shows it, and `[arangodb] version_guard = "assume"`.
    case assumed
    /// Its version says that it does not.
    case tooOld(ServerVersion)
    /// Nothing shows it.
    case unproven(VersionObstacle)
}

/// Why it is not known that a server honours versions, and what an administrator can do.
public struct VersionObstacle: Sendable, Equatable, CustomStringConvertible {
    /// Why the query for the version does not return it.
    public let fault: Fault
    /// The user who asked; `nil` if it is not known whose token it is.
    public let user: String?

    /// What is in the way.
    package init(_ fault: Fault, user: String?) {
        self.fault = fault
        self.user = user
    }

    /// What is in the way.
    public var explanation: String {
        "ArangoDB hides its version from \(user.map { "user \($0)" } ?? "the user of this token"), as with --server.harden, and AQL does not tell it "
            + "either (\(fault)). `version` needs 3.12 or later, because older servers ignore versions silently"
    }

    /// What to do: either of two things.
    public var advice: String {
        let path = "/_api/user/\(user?.percentEncoded ?? "<user>")/database/_system"
        return
            "if you know that the server is 3.12 or later, set [arangodb] version_guard = \"assume\"; or let the user be an administrator, as root: "
            + "PUT \(path) with {\"grant\":\"rw\"}"
    }

    /// Both.
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

    /// What a report says of versions, and what else says it where the report does not.
    public func judge(_ report: VersionReport) async -> VersionGuard {
        switch report {
        case .told(let version): return version.supportsVersionAttribute ? .honoured(version) : .tooOld(version)
        case .hidden(let fault):
            // A proof by writing to a temporary collection belongs here: it says more than an assumption.
            guard settings.versionGuard == .probe else { return .assumed }
            return .unproven(VersionObstacle(fault, user: settings.bearer == nil ? settings.username : nil))
        }
    }
}
