internal import FoundationEssentials
public import Messages
public import Settings

/// What a look at ArangoDB showed, besides what is missing.
public struct DatabaseExamination: Sendable, Equatable {
    /// A level of access, as ArangoDB names them.
    public enum Access: String, Sendable, Equatable, Decodable {
        case readWrite = "rw"
        case readOnly = "ro"
        case none
    }

    /// What keeps the processors from working.
    public var missingPrerequisites: [MissingPrerequisite] = []
    /// What the server reports about its version; `nil` if no server answered.
    public var version: VersionReport?
    /// Coordinators whose certificate matches by the CN of its subject only, see ``CoordinatorReport/isNamedBySubject``.
    public var namedBySubject: [String] = []
    /// True if the server accepts no writes from any client; `nil` if it does not say.
    public var isReadOnly: Bool?
    /// What the server reports about its licence, or why it reports nothing; `nil` if it was not asked. The report is `nil` if no licence limits
    /// anything.
    public var license: Result<LicenseReport?, Fault>?
    /// How far the server's clock is ahead of ours; `nil` if it shows no time.
    public var clockAhead: Duration?
    /// How long the question for the time took: the skew is known no better.
    public var roundTrip: Duration = .zero
    /// Our access to each collection, which users may ask about themselves; empty with a token, because it is not known whose that is.
    public var access: [Exact<String>: Access] = [:]
    /// Our access to the database; `nil` if it is not known.
    public var databaseAccess: Access?

    /// Edges without one of their documents, for each edge collection that could be looked at; or why it could not.
    public var orphans: [Exact<String>: Result<OrphanCount, Fault>] = [:]

    /// Nothing is known.
    public init() {}
}

extension DocumentStore {
    /// Looks at everything that `plan` needs, at the server's clock and mode, and at our rights. Changes nothing.
    public func examine(_ plan: ProvisionPlan) async -> DatabaseExamination {
        var examination = DatabaseExamination()
        examination.missingPrerequisites = await missing(plan, mayWrite: false)
        guard case .success(let version) = await serverVersion() else { return examination }
        examination.version = version
        examination.namedBySubject = coordinators().filter { $0.isNamedBySubject == true }.map(\.endpoint)
        // Users may have no right to `_system`, in which a path without a database is.
        let database = examination.missingPrerequisites.contains(.noDatabase(settings.database)) ? "_system" : settings.database
        // Answered without authentication (ArangoDB.md section 10).
        let availability = Request(.get, "/_admin/server/availability", isReadOnly: true)
        if case .success(let answer) = await call(availability, as: AvailabilityAnswer.self) {
            examination.isReadOnly = answer.mode == "readonly"
        }
        examination.license = await license().mapError(\.fault)
        await lookAtClock(&examination, in: database)
        for collection in plan.collections {
            examination.access[Exact(collection.name)] = await access(to: collection.name)
        }
        examination.databaseAccess = await access()
        let unfit = Set(
            examination.missingPrerequisites.compactMap { missingPrerequisite -> Exact<String>? in
                switch missingPrerequisite {
                case .noCollection(let name), .notAnEdgeCollection(let name): Exact(name)
                default: nil
                }
            })
        for collection in plan.collections where collection.kind == .edges {
            guard !unfit.contains(Exact(collection.name)) else { continue }
            examination.orphans[Exact(collection.name)] = await orphans(in: collection.name).mapError(\.fault)
        }
        return examination
    }

    /// Our access to a collection, or to the database; `nil` if it is not known, as with a token, which does not tell whose it is.
    private func access(to collection: String? = nil) async -> DatabaseExamination.Access? {
        guard settings.bearer == nil else { return nil }
        return try? await call(.rights(of: settings.username, to: collection, in: settings.database), as: AccessAnswer.self).get().result
    }

    /// `GET /_admin/time`: answers carry no date of their own (ArangoDB.md section 2).
    private func lookAtClock(_ examination: inout DatabaseExamination, in database: String) async {
        let begin = ContinuousClock.now
        guard case .success(let answer) = await call(.time(in: database), as: TimeAnswer.self) else { return }
        examination.roundTrip = begin.duration(to: .now)
        // On the average the answer is half a round trip old.
        examination.clockAhead = answer.ahead(of: Date().timeIntervalSince1970).map { $0 + examination.roundTrip / 2 }
    }
}

private struct AvailabilityAnswer: Decodable { let mode: String }

/// What the server's clock shows, in seconds since 1970.
struct TimeAnswer: Decodable {
    /// A clock that is further away shows no time.
    private static let farthest = 1e11

    let time: Double

    /// The time that it shows; `nil` if it is no time of these centuries.
    var wholeSeconds: Double? { (1e9..<1e10).contains(time) ? time : nil }

    /// How far it is ahead; `nil` if it shows no time.
    func ahead(of now: Double) -> Duration? {
        let seconds = time - now
        return abs(seconds) <= Self.farthest ? .seconds(seconds) : nil
    }
}
/// A right, as a user may ask for it.
struct AccessAnswer: Decodable { let result: DatabaseExamination.Access }
