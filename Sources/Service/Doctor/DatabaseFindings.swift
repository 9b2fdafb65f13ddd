internal import Messages
internal import Settings
internal import Store

/// What a look at ArangoDB means for a configuration. Pure.
struct DatabaseFindings {
    /// Clocks that differ by more deserve a word: `expire` trusts both.
    static let toleratedSkew: Duration = .seconds(5)

    let settings: Settings
    let examination: DatabaseExamination
    /// What was proven; empty: nothing was to be.
    var proof: [ProofRow] = []

    private var server: String { "ArangoDB \(settings.arangodb.endpoints.joined(separator: ", "))" }

    /// In the order in which people look: the server, then each collection.
    var all: [Finding] {
        let plan = ProvisionPlan(processors: settings.processors, graph: settings.graph.name)
        var list: [Finding] = []
        list += version
        list += examination.namedBySubject.map { .namedBySubject("ArangoDB \($0)") }
        // That a write is refused is told below with the reason, where the server tells it.
        list += examination.missingPrerequisites.filter { !$0.isLackOfAccess || !lacksAccess($0.collection ?? "") }.compactMap(finding)
        if examination.isReadOnly == true {
            list.append(
                .error(.unavailable, server, "is read-only: it takes no writes from anybody", "look at its mode: GET /_admin/server/mode"))
        }
        list += license + clock
        guard examination.version != nil, !examination.missingPrerequisites.contains(where: \.concernsDatabase) else {
            return list + proof.map(Finding.proven)
        }
        for collection in plan.collections
        where !lacksAccess(collection.name)
            && !examination.missingPrerequisites.contains(where: { $0.isCertain && $0.collection.isExactly(collection.name) })
        {
            let index = collection.expiryAttribute.map { ", with a TTL index on \($0)" } ?? ""
            list.append(.ok("collection \(collection.name)", "there: \(collection.kind), can be written to\(index)"))
        }
        if let graph = plan.graph, !examination.missingPrerequisites.contains(where: \.concernsGraph) {
            list.append(.ok("graph \(graph.name)", "there, with all edge collections"))
        }
        let user = settings.arangodb.username
        list += orphans
        for (name, access) in examination.access.map({ ($0.key.wrappedValue, $0.value) }).sorted(by: { $0.0 < $1.0 })
        where access != .readWrite {
            list.append(
                .error(
                    .notPermitted, "collection \(name)", "user \(user) has access \(access.rawValue), and needs rw",
                    "\(writing(to: name)); or in the web interface: Users, \(user), Permissions"))
        }
        return list + proof.map(Finding.proven)
    }

    /// The requests that let us write to a collection: a grant for it lets nobody into its database.
    private func writing(to collection: String) -> String {
        Grant.writing(to: collection, of: settings.arangodb.database, user: settings.arangodb.grantee).advice
    }

    /// What the proof says of versions; `nil` if it says nothing.
    private var provenVersions: ProofRow.Verdict? { proof.first { $0.name == ProofRow.versions }?.verdict }

    /// It is known that we may not write to it.
    private func lacksAccess(_ collection: String) -> Bool { examination.access[Exact(collection)].map { $0 != .readWrite } ?? false }

    private var version: [Finding] {
        switch examination.version {
        case nil: return []
        case .told(let version)?: return [.ok(server, "answers and lets us in; ArangoDB \(version)")]
        case .hidden(let fault)?:
            let answers = Finding.ok(server, "answers and lets us in; it hides its version from this user")
            if provenVersions == .proven { return [answers, .ok(server, "honours versions, as the proof shows")] }
            // Without a version in a processor nothing depends on it; and where it is not assumed, that is an error, told below.
            guard settings.arangodb.versionGuard == .assume, settings.processors.contains(where: { $0.version != nil }) else {
                return [answers]
            }
            return [
                answers,
                .warning(
                    server, "that it honours versions is assumed, as version_guard says, because it hides its version (\(fault))",
                    "make sure that it is 3.12 or later: an older one puts old states over new ones"),
            ]
        }
    }

    /// Above this part of what a licence allows there is a warning.
    static let fullPart = 0.8

    private var license: [Finding] {
        switch examination.license {
        case nil, .success(nil)?: return []
        case .failure(let fault)?:
            return [
                .note(
                    server, "does not tell its licence and the size of its data to this user: \(fault)",
                    "the Community Edition takes no writes above 100 GiB (from 3.12.5 on): look at GET /_admin/license as an administrator")
            ]
        case .success(let report?)?:
            let advice = "make the data smaller, or get a licence: see Operations in the manual"
            switch report.state {
            case .good:
                guard let part = report.usedPart, part > Self.fullPart else { return [.ok(server, "licence \(report)")] }
                return [.warning(server, "licence \(report)", "above the limit it takes no more writes two days later: \(advice)")]
            case .expiring, .other: return [.warning(server, "licence \(report)", advice)]
            case .expired, .limitReached: return [.error(.unavailable, server, "will take no more writes soon; licence \(report)", advice)]
            case .readOnly, .shutdown: return [.error(.unavailable, server, "takes no writes; licence \(report)", advice)]
            }
        }
    }

    private var orphans: [Finding] {
        examination.orphans.map { ($0.key.wrappedValue, $0.value) }.sorted { $0.0 < $1.0 }.map { name, result in
            let subject = "edges \(name)"
            switch result {
            case .failure(let fault): return .note(subject, "edges without their documents could not be counted: \(fault)")
            case .success(let count):
                let looked = count.looked < count.total ? "the first \(count.looked) of \(count.total)" : "\(count.total)"
                guard count.orphans > 0 else { return .ok(subject, "\(looked) edges, each with both its documents") }
                return .warning(
                    subject, "\(count.orphans) of \(looked) edges lack one of their documents, and traversals end there",
                    "their documents may be on the way; otherwise publish those companies again, or set missing_vertex = \"placeholder\". "
                        + "AQL finds them: FOR e IN \(name) FILTER DOCUMENT(e._from) == null OR DOCUMENT(e._to) == null RETURN e")
            }
        }
    }

    private var clock: [Finding] {
        guard let ahead = examination.clockAhead else {
            return examination.version == nil
                ? []
                : [
                    .note(
                        server, "does not report its time; `expire` and `_at` attributes rely on clocks that agree",
                        "keep NTP running on both")
                ]
        }
        let seconds = ahead / .seconds(1)
        let text = "its clock is \(Int(abs(seconds).rounded())) s \(seconds > 0 ? "ahead of" : "behind") ours"
        guard abs(seconds) > (Self.toleratedSkew + examination.roundTrip) / .seconds(1) else {
            return [.ok(server, "its clock agrees with ours")]
        }
        return [.warning(server, "\(text): `expire` would remove documents too \(seconds > 0 ? "early" : "late")", "set both by NTP")]
    }

    /// Nil: something else says it better.
    private func finding(_ missingPrerequisite: MissingPrerequisite) -> Finding? {
        switch missingPrerequisite {
        case .unreachable: .error(.unavailable, server, "\(missingPrerequisite)", "is it running, and is the endpoint right?")
        case .unusable:
            .error(
                .unavailable, server, "\(missingPrerequisite)",
                "look at endpoints, at [arangodb.tls], and at what stands in front of ArangoDB")
        case .noDatabaseAccess(let database, let user):
            .error(
                .notPermitted, "database \(database)", "\(missingPrerequisite)",
                "as root: \(Grant(user: user, database: database, .readOnly).request), and the same with /<collection> and rw for each that is "
                    + "written; if there is no such database, `warren provision` creates it, as root")
        case .notPermitted:
            .error(.notPermitted, server, "\(missingPrerequisite)", "look at username, password and authentication in [arangodb]")
        case .tooOld: .error(.configuration, server, "\(missingPrerequisite)")
        case .hiddenVersion(let obstacle): hidden(obstacle)
        case .ignoresVersions: .error(.configuration, server, "\(missingPrerequisite)")
        case .refusesKeys(let name, let obstacle):
            obstacle.isCertain
                ? .error(.configuration, "collection \(name)", "\(missingPrerequisite)")
                : .warning("collection \(name)", "\(missingPrerequisite)", "look at `key` in its processors")
        case .noDatabase: .error(.unavailable, "database \(settings.arangodb.database)", "\(missingPrerequisite)")
        case .noCollection(let name): .error(.unavailable, "collection \(name)", "\(missingPrerequisite)")
        case .notADocumentCollection(let name):
            .error(
                .configuration, "collection \(name)", "\(missingPrerequisite)",
                "name another collection, or create it again as a document collection")
        case .notAnEdgeCollection(let name):
            .error(
                .configuration, "collection \(name)", "\(missingPrerequisite)",
                "name another collection, or create it again as an edge collection")
        case .noGraph(let name), .graphLacks(let name, _): .error(.unavailable, "graph \(name)", "\(missingPrerequisite)")
        case .noAccess(let name, let fault):
            .error(
                fault.status == 401 || fault.status == 403 ? .notPermitted : .unavailable, "collection \(name)", "\(missingPrerequisite)",
                "the user needs rw for it, and ro for its database. \(writing(to: name))")
        case .noExpiryIndex(let name, _): .error(.unavailable, "collection \(name)", "\(missingPrerequisite)")
        case .otherExpiryIndex(let name, _, _): .error(.configuration, "collection \(name)", "\(missingPrerequisite)")
        }
    }
}

extension DatabaseFindings {
    /// Whether a server that hides its version honours versions.
    private func hidden(_ obstacle: VersionObstacle) -> Finding? {
        switch provenVersions {
        // The table says it.
        case .proven, .failed: nil
        case .notProven: .error(.notPermitted, server, obstacle.explanation, obstacle.advice)
        case nil:
            examination.databaseAccess == .readWrite
                ? .unknown(
                    server, "whether it honours versions, because it hides its version (\(obstacle.fault))",
                    "`warren run` finds out in a temporary collection, `warren check --live --prove` does so now")
                : .error(.notPermitted, server, obstacle.explanation, obstacle.advice)
        }
    }
}

extension MissingPrerequisite {
    /// Nothing was looked at behind it.
    fileprivate var concernsDatabase: Bool {
        switch self {
        case .unreachable, .unusable, .notPermitted, .noDatabaseAccess, .noDatabase: true
        case .tooOld, .hiddenVersion, .ignoresVersions, .noCollection, .notADocumentCollection, .notAnEdgeCollection, .refusesKeys,
            .noGraph,
            .graphLacks, .noAccess, .noExpiryIndex, .otherExpiryIndex:
            false
        }
    }

    /// A write was refused.
    fileprivate var isLackOfAccess: Bool { if case .noAccess = self { true } else { false } }

    /// The graph is not as it must be.
    fileprivate var concernsGraph: Bool {
        switch self {
        case .noGraph, .graphLacks: true
        default: false
        }
    }

    /// The collection that it is about.
    fileprivate var collection: String? {
        switch self {
        case .noCollection(let name), .notADocumentCollection(let name), .notAnEdgeCollection(let name), .noAccess(let name, _),
            .refusesKeys(let name, _), .noExpiryIndex(let name, _), .otherExpiryIndex(let name, _, _):
            name
        case .unreachable, .unusable, .notPermitted, .noDatabaseAccess, .tooOld, .hiddenVersion, .ignoresVersions, .noDatabase, .noGraph,
            .graphLacks:
            nil
        }
    }
}
