import Broker
import ControlMessages
import Messages
import Settings
import Store
import Testing

@testable import Service

@Suite("The doctor") struct DoctorTests: Examining {
    var settings = Settings.examined

    @Test("Servers that have all that is needed are told to have it, without a warning") func healthy() {
        let findings = broker { _ in } + database { _ in }
        #expect(findings.allSatisfy { [.ok, .note, .unknown].contains($0.severity) }, "\(findings)")
        // AMQP hides them.
        #expect(findings.filter { $0.severity == .unknown }.map { $0.text.contains("policies") } == [true])
        #expect(findings.contains { $0.text.contains("classic, durable") })
        #expect(findings.contains { $0.text.contains("consumer_timeout") })
    }

    @Test(
        "Clocks that differ by more than the question took are a warning",
        arguments: [(0, 0, false), (4, 0, false), (60, 0, true), (-60, 0, true), (10, 20, false)])
    func clock(ahead: Int, roundTrip: Int, isWarning: Bool) {
        let findings = database {
            $0.clockAhead = .seconds(ahead)
            $0.roundTrip = .seconds(roundTrip)
        }
        #expect(findings.contains { $0.severity == .warning } == isWarning)
    }

    @Test("Shortcomings of the database are errors of their kind, and the collection is not said to be there as well")
    func missingPrerequisites() {
        let cases: [(MissingPrerequisite, Finding.Kind)] = [
            (.unreachable(Fault(message: "refused")), .unavailable), (.notPermitted(Fault(status: 401, message: "no")), .notPermitted),
            (.tooOld(ServerVersion(major: 3, minor: 11)), .configuration), (.noCollection("companies"), .unavailable),
            (.notADocumentCollection("companies"), .configuration),
            (.unusable(Fault(status: 200, message: "no")), .unavailable), (.noDatabaseAccess("companies", user: "u"), .notPermitted),
            (
                .hiddenVersion(
                    VersionObstacle(Fault(message: "no"), proof: Fault(message: "no"), user: "warren", database: "companies")),
                .notPermitted
            ),
            (.noAccess(collection: "companies", Fault(errorNum: 11, status: 403, message: "no")), .notPermitted),
            (.noExpiryIndex(collection: "companies", attribute: "expires_at"), .unavailable),
            (.ignoresVersions(Fault(message: "no")), .configuration),
            (.refusesKeys(collection: "companies", .generated), .configuration),
            (.refusesKeys(collection: "companies", .sharded(by: ["country"])), .configuration),
            (.refusesKeys(collection: "companies", .smartEdges), .configuration),
            (
                .otherExpiryIndex(
                    collection: "companies", attribute: "expires_at",
                    ExpiryIndex(id: "companies/1", attribute: "expires_at", expireAfter: 5)),
                .configuration
            ),
        ]
        for (missingPrerequisite, kind) in cases {
            let findings = database { $0.missingPrerequisites = [missingPrerequisite] }
            #expect(kinds(findings) == [kind], "\(missingPrerequisite)")
        }
        #expect(
            !database { $0.missingPrerequisites = [.noCollection("companies")] }.contains {
                $0.severity == .ok && $0.subject == "collection companies"
            })
    }

    @Test(
        "A licence that keeps the server from writing, or soon will, is an error; one that is nearly used up a warning",
        arguments: [
            (LicenseReport.State.good, 0.5, Finding.Severity.ok), (.good, 0.9, .warning), (.expiring, 0.5, .warning),
            (.other, 0.5, .warning), (.expired, 0.5, .error), (.limitReached, 1.1, .error), (.readOnly, 1.1, .error),
            (.shutdown, 1.1, .error),
        ])
    func license(state: LicenseReport.State, part: Double, severity: Finding.Severity) {
        let findings = database {
            var report = LicenseReport(state)
            (report.bytesUsed, report.bytesLimit) = (Int(part * 1e11), 100_000_000_000)
            $0.license = .success(report)
        }.filter { $0.text.contains("licence") }
        #expect(findings.map(\.severity) == [severity])
        #expect((findings.first?.advice != nil) == (severity != .ok))
    }

    @Test("A version that is hidden is no error by itself; that it is assumed to be new enough is a warning") func hiddenVersion() {
        var settings = settings
        let hidden = { (settings: Settings) in
            var examination = DatabaseExamination()
            examination.version = .hidden(Fault(message: "no"))
            return DatabaseFindings(settings: settings, examination: examination).all
        }
        #expect(kinds(hidden(settings)) == [])
        #expect(hidden(settings).first?.text == "answers and lets us in; it hides its version from this user")
        settings.arangodb.versionGuard = .assume
        #expect(hidden(settings).contains { $0.severity == .warning && $0.text.contains("version_guard") })
        settings.processors[0].version = nil
        #expect(!hidden(settings).contains { $0.severity == .warning })
    }

    @Test("Edges without their documents are a warning that tells how to find them; edges that could not be counted are said to be so")
    func orphans() {
        func severity(_ result: Result<OrphanCount, Fault>) -> [Finding] {
            database { $0.orphans = ["relations": result] }.filter { $0.subject == "edges relations" }
        }
        #expect(severity(.success(OrphanCount(orphans: 0, looked: 9, total: 9))).map(\.severity) == [.ok])
        let warning = severity(.success(OrphanCount(orphans: 2, looked: 100_000, total: 200_000)))
        #expect(warning.map(\.severity) == [.warning])
        #expect(warning.first?.text.contains("2 of the first 100000 of 200000 edges lack one of their documents") == true)
        #expect(warning.first?.advice?.contains("FOR e IN relations FILTER") == true)
        #expect(severity(.failure(Fault(message: "no"))).map(\.severity) == [.note])
    }

    @Test("Keys that only some messages may have wrong are a warning, and the collection is there") func prefixedKeys() {
        let findings = database { $0.missingPrerequisites = [.refusesKeys(collection: "companies", .prefixed(by: "region"))] }
            .filter { $0.subject == "collection companies" }
        #expect(findings.map(\.severity) == [.warning, .ok])
        #expect(findings.first?.text.contains("4003") == true)
    }

    @Test("Who may not write is told both grants: one for a collection lets nobody into its database") func bothGrants() {
        var doctor = self
        doctor.settings.arangodb.username = "w/a"
        let grants = [
            #"PUT /_api/user/w%2Fa/database/companies with {"grant":"ro"}"#,
            #"PUT /_api/user/w%2Fa/database/companies/companies with {"grant":"rw"}"#,
        ]
        let refused = MissingPrerequisite.noAccess(collection: "companies", Fault(errorNum: 11, status: 403, message: "no"))
        let findings =
            doctor.database { $0.access = ["companies": .readOnly] } + doctor.database { $0.missingPrerequisites = [refused] }
        let advices = findings.filter { $0.severity == .error }.compactMap(\.advice)
        #expect(advices.count == 2)
        for advice in advices { for grant in grants { #expect(advice.contains(grant)) } }
    }

    @Test("What was proven is no finding to act on; what failed is an error, what could not be tried a warning with the grant")
    func proof() throws {
        func row(_ verdict: ProofRow.Verdict, grant: String? = nil) -> ProofRow {
            ProofRow(name: "keep-null", assumption: "a", done: "d", answer: "b", verdict: verdict, grant: grant)
        }
        let findings = [row(.proven), row(.failed), row(.notProven, grant: "as root: PUT"), row(.notProven)].map(Finding.proven)
        #expect(findings.map(\.severity) == [.ok, .error, .warning, .warning])
        #expect(findings.map(\.kind) == [nil, .configuration, nil, nil])
        #expect(findings[2].advice == "as root: PUT" && findings[3].advice != nil)
        let json = String(decoding: try ControlJSON.encode(findings), as: UTF8.self)
        #expect(json.contains(#""proof":{"answer":"b","assumption":"a","done":"d","name":"keep-null","verdict":"proven"}"#))
        #expect(json.contains(#""grant":"as root: PUT","name":"keep-null","verdict":"not_proven"}"#))
        let usual = String(decoding: try ControlJSON.encode(database { _ in }), as: UTF8.self)
        #expect(!usual.contains("proof"))
    }

    @Test("Whether a server that hides its version honours versions is open where `warren run` can find out, and decided by the proof")
    func hiddenAndProven() {
        let obstacle = VersionObstacle(Fault(message: "no"), proof: Fault(message: "no"), user: "warren", database: "companies")
        func findings(_ access: DatabaseExamination.Access?, _ verdict: ProofRow.Verdict?) -> [Finding] {
            var examination = DatabaseExamination()
            examination.version = .hidden(Fault(message: "no"))
            examination.databaseAccess = access
            examination.missingPrerequisites = [.hiddenVersion(obstacle)]
            let proof = verdict.map {
                [ProofRow(name: ProofRow.versions, assumption: "a", done: "d", answer: "b", verdict: $0, grant: nil)]
            }
            return DatabaseFindings(settings: settings, examination: examination, proof: proof ?? []).all
        }
        func severities(_ access: DatabaseExamination.Access?, _ verdict: ProofRow.Verdict?) -> [Finding.Severity] {
            findings(access, verdict).filter { $0.text.contains("honours versions") || $0.kind != nil || $0.proof != nil }.map(\.severity)
        }
        #expect(severities(.readWrite, nil) == [.unknown])
        #expect(findings(.readWrite, nil).contains { $0.advice?.contains("--prove") == true })
        #expect(severities(.readOnly, nil) == [.error] && severities(nil, nil) == [.error])
        #expect(severities(.readWrite, .proven) == [.ok, .ok])
        #expect(severities(.readWrite, .failed) == [.error])
        #expect(severities(.readOnly, .notProven) == [.error, .warning])
    }

    @Test("A server that only reads, and access that is not enough, are errors") func access() {
        #expect(kinds(database { $0.isReadOnly = true }) == [.unavailable])
        #expect(kinds(database { $0.access = ["companies": .readOnly] }) == [.notPermitted])
        #expect(kinds(database { $0.access = ["companies": .readWrite] }).isEmpty)
    }
}
