import Broker
import ControlMessages
import Messages
import Settings
import Store
import Testing

@testable import Service

@Suite("The doctor") struct DoctorTests {
    private var settings = Settings()

    init() {
        var processor = ProcessorSettings(
            name: "updated", queue: "company.updated", operation: .update, collection: "companies", key: JSONPointer())
        processor.version = JSONPointer()
        settings.processors = [processor]
    }

    @Test("Servers that have all that is needed are told to have it, without a warning") func healthy() {
        let findings = broker { _ in } + database { _ in }
        #expect(findings.allSatisfy { [.ok, .note, .unknown].contains($0.severity) }, "\(findings)")
        // AMQP hides them.
        #expect(findings.filter { $0.severity == .unknown }.map { $0.text.contains("policies") } == [true])
        #expect(findings.contains { $0.text.contains("classic, durable") })
        #expect(findings.contains { $0.text.contains("consumer_timeout") })
    }

    @Test(
        "What may cost messages is a warning that says what to do",
        arguments: [
            ("x-message-ttl", "60000", "expire"), ("x-expires", "60000", "without a consumer"), ("x-max-length", "10", "drops its oldest"),
            ("x-max-length-bytes", "10", "drops its oldest"),
        ])
    func arguments(name: String, value: String, text: String) {
        let findings = broker { $0.queues[0].properties?.arguments[name] = value }.filter { $0.severity == .warning }
        #expect(findings.count == 1)
        #expect(findings.first?.subject == "queue company.updated")
        #expect(findings.first?.text.contains(text) == true)
        #expect(findings.first?.advice != nil)
    }

    @Test("A full queue that refuses publishers loses nothing") func rejecting() {
        let findings = broker {
            $0.queues[0].properties?.arguments = ["x-max-length": "10", "x-overflow": "reject-publish"]
        }
        #expect(!findings.contains { $0.severity == .warning })
    }

    @Test("Missing queues and missing rights are errors of their kind") func errors() {
        let gone = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND"), endpoint: "r:5672", queue: "company.updated")
        let refused = BrokerError(.channelClosed(code: 403, text: "ACCESS_REFUSED"), endpoint: "r:5672", queue: "company.updated")
        #expect(kinds(broker { $0.queues[0].state = .missing(gone) }) == [.unavailable])
        #expect(kinds(broker { $0.queues[0].state = .refused(refused) }) == [.notPermitted])
        #expect(kinds(broker { $0.queues[0].mayConsume = false }) == [.notPermitted])
        #expect(kinds(broker { $0.mayPublish = false }) == [.notPermitted])
        #expect(kinds(broker { $0.queues[0].type = "stream" }) == [.configuration])
    }

    @Test("Without parking a queue needs a dead-letter exchange that AMQP tells of; one that is auto-delete is worth a warning")
    mutating func rejectingQueues() {
        settings.deadLetter.enabled = false
        #expect(kinds(broker { _ = $0.queues.removeLast() }) == [.configuration])
        #expect(kinds(broker { $0.queues[0].properties?.arguments["x-dead-letter-exchange"] = "" }) == [])
        #expect(kinds(broker { $0.queues[0].properties = nil }) == [.notPermitted])
        settings.deadLetter.enabled = true
        #expect(kinds(broker { $0.queues[0].properties = nil }) == [])
        #expect(
            broker { $0.queues[0].properties?.isAutoDelete = true }.contains { $0.severity == .warning && $0.text.contains("auto-delete") })
    }

    @Test("A stream is an error also where its properties cannot be told, and another connection's queue is none of rights")
    func otherErrors() {
        #expect(
            kinds(
                broker {
                    $0.queues[0].properties = nil
                    $0.queues[0].type = "stream"
                }) == [.configuration])
        let locked = BrokerError(.channelClosed(code: 405, text: "RESOURCE_LOCKED"), endpoint: "r:5672", queue: "company.updated")
        let findings = broker { $0.queues[0].state = .refused(locked) }
        #expect(kinds(findings) == [.unavailable])
        #expect(findings.contains { $0.text.contains("exclusive") && $0.advice?.contains("set_permissions") != true })
    }

    @Test("A queue that is not durable, and a consumer of dead letters, are worth a warning") func warnings() {
        #expect(broker { $0.queues[0].properties?.isDurable = false }.contains { $0.severity == .warning && $0.text.contains("durable") })
        let taken = broker { $0.queues[1].state = .present(QueueDepth(messages: 2, consumers: 1)) }
        #expect(taken.contains { $0.severity == .warning && $0.subject.hasPrefix("dead-letter queue") })
        #expect(taken.contains { $0.severity == .note && $0.text.contains("2 messages are parked") })
    }

    @Test("A quorum queue that drops what comes back is told of, and the remedy is a large limit, never none") func quorum() {
        func findings(_ version: String?, _ arguments: [String: String], _ managed: ManagedQueue? = nil) -> [Finding] {
            broker(managed: managed.map { ["company.updated": $0] }) {
                $0.version = version
                $0.queues[0].type = "quorum"
                $0.queues[0].properties?.arguments = arguments
            }.filter { $0.subject == "queue company.updated" && $0.severity != .ok }
        }
        #expect(findings("3.10.8", [:]).isEmpty)
        let five = findings("3.10.8", ["x-delivery-limit": "5"])
        #expect(five.map(\.severity) == [.warning] && five[0].advice?.contains("declare it again with x-delivery-limit = 1000000") == true)
        let twenty = findings("4.0.2", [:])
        #expect(twenty.map(\.severity) == [.warning] && twenty[0].text.contains("limit of 20"))
        #expect(twenty[0].advice?.contains("delivery-limit to 1000000 by policy") == true)
        #expect(findings("4.0.2", ["x-delivery-limit": "1000000"]).isEmpty)
        #expect(findings(nil, [:]).map(\.severity) == [.unknown], "without a version nothing is promised")
        #expect(findings("3.10.8", ["x-delivery-limit": "-1"]).map(\.kind) == [.configuration], "RabbitMQ 3 drops at the first return")
        #expect(findings("4.3.6", ["x-delivery-limit": "-1"]).map(\.severity) == [.note])
        #expect(findings("4.0.2", ["x-dead-letter-exchange": "dead"]).map(\.severity) == [.note], "it is not dropped")
        // What the management API tells wins over what is believed of a version; of two limits the smaller one holds.
        var managed = ManagedQueue(type: "quorum", settings: [:], deliveryLimit: .max)
        #expect(findings("4.0.2", [:], managed).isEmpty)
        managed = ManagedQueue(type: "quorum", policies: ["p"], settings: ["delivery-limit": "3"], deliveryLimit: 3)
        #expect(findings("4.0.2", ["x-delivery-limit": "1000000"], managed).first?.text.contains("delivery-limit of policy p") == true)
        managed = ManagedQueue(type: "quorum", policies: ["p"], settings: ["dead-letter-exchange": "d"], deliveryLimit: 20)
        #expect(findings("4.0.2", [:], managed).map(\.severity) == [.note])
        for finding in five + twenty { #expect(finding.advice?.contains("-1") == false) }
    }

    @Test(
        "What destroys letters is an error, whether an argument or a policy says it",
        arguments: [
            ("message-ttl", "60000"), ("expires", "60000"), ("max-length", "10"), ("max-length-bytes", "10"),
        ])
    func letters(name: String, value: String) {
        func errors(_ change: (inout BrokerExamination) -> Void, _ managed: ManagedQueue? = nil) -> [Finding] {
            broker(managed: managed.map { ["company.updated.dead": $0] }, change).filter { $0.severity == .error }
        }
        let byArgument = errors { $0.queues[1].properties?.arguments["x-\(name)"] = value }
        #expect(byArgument.map(\.subject) == ["dead-letter queue company.updated.dead"])
        #expect(byArgument.first?.kind == .configuration && byArgument.first?.text.contains("told by AMQP") == true)
        let byPolicy = errors({ _ in }, ManagedQueue(policies: ["sweep"], settings: [name: value]))
        #expect(byPolicy.map(\.subject) == ["dead-letter queue company.updated.dead"])
        #expect(byPolicy.first?.text.contains("policy sweep, told by the management API") == true)
        // Beside the right to configure, the management API tells arguments, too.
        let byBoth = errors({ $0.queues[1].properties = nil }, ManagedQueue(arguments: ["x-\(name)": value]))
        #expect(byBoth.first?.text.contains("argument x-\(name), told by the management API") == true)
    }

    @Test("A dead-letter queue that goes away, or is a stream, is an error; one that refuses letters when it is full is a warning")
    func unfitForLetters() {
        #expect(kinds(broker { $0.queues[1].properties?.isDurable = false }) == [.configuration])
        #expect(kinds(broker { $0.queues[1].properties?.isAutoDelete = true }) == [.configuration])
        #expect(kinds(broker { $0.queues[1].type = "stream" }) == [.configuration])
        let full = broker { $0.queues[1].properties?.arguments = ["x-max-length": "5", "x-overflow": "reject-publish"] }
        #expect(kinds(full).isEmpty && full.contains { $0.severity == .warning && $0.text.contains("takes no more letters") })
        let limited = broker {
            $0.version = "4.3.6"
            $0.queues[1].type = "quorum"
        }
        #expect(limited.contains { $0.severity == .warning && $0.subject.hasPrefix("dead-letter") && $0.text.contains("limit of 20") })
    }

    @Test("A management API that does not tell leaves things unknown, and http to another host is a warning") func management() {
        var doctor = self
        doctor.settings.rabbitmq.management = "http://rabbit:15672"
        var management = Management(endpoint: "http://rabbit:15672")
        management.fault = "it answers with status 500"
        let findings = doctor.broker(management: management) { _ in }.filter { $0.subject.hasPrefix("management API") }
        #expect(findings.map(\.severity) == [.warning, .unknown])
        doctor.settings.rabbitmq.management = "https://rabbit:15671"
        management.fault = nil
        #expect(doctor.broker(management: management) { _ in }.filter { $0.subject.hasPrefix("management API") }.map(\.severity) == [.ok])
    }

    @Test("Names that differ in their bytes only are two queues") func bytes() {
        var doctor = self
        doctor.settings.processors[0].queue = "caf\u{e9}"
        let findings = doctor.broker { $0.queues[0] = .init(name: "cafe\u{301}", state: .present(QueueDepth(messages: 0, consumers: 0))) }
        #expect(!findings.contains { $0.subject.hasPrefix("queue caf") })
    }

    @Test(
        "Partitions of another type than the configuration says are a warning; of the broker's own type they are as good",
        arguments: [
            (there: "classic", wanted: nil, advice: nil), (there: "classic", wanted: .classic, advice: nil),
            (there: "quorum", wanted: .quorum, advice: nil), (there: "quorum", wanted: nil, advice: nil),
            (there: "quorum", wanted: .classic, advice: #"set queue_type = "quorum""#),
            (there: "classic", wanted: .quorum, advice: #"set queue_type = "classic""#),
        ] as [(String, QueueType?, String?)])
    func partitionTypes(there: String, wanted: QueueType?, advice: String?) {
        let findings = partitioned(there, wanted)
        #expect(kinds(findings).isEmpty)
        let warnings = findings.filter { $0.severity == .warning && $0.subject != "queue company.updated.instances" }
        #expect(warnings.map(\.subject) == (advice == nil ? [] : ["queue company.updated.0", "queue company.updated.1"]))
        #expect(warnings.allSatisfy { $0.advice?.hasPrefix(advice ?? "") == true })
    }

    @Test("Instances that cannot count each other matter where RabbitMQ hides who waits")
    func instances() {
        func severity(_ type: String, _ wanted: QueueType?, counting: String?) -> Finding.Severity? {
            partitioned(type, wanted, counting: counting).first { $0.subject == "queue company.updated.instances" }?.severity
        }
        #expect(severity("quorum", nil, counting: nil) == .warning)
        #expect(severity("quorum", .quorum, counting: "classic") == .ok)
        #expect(severity("quorum", .quorum, counting: "quorum") == .warning)
        #expect(severity("classic", nil, counting: nil) == .note)
    }

    @Test(
        "What a restart of RabbitMQ does to the order is said",
        arguments: [(.kept, .ok), (.unstable, .warning), (.missing, .warning), (.untold, .note)]
            as [(Partitioning.Dealing, Finding.Severity)])
    func dealing(_ dealing: Partitioning.Dealing, _ severity: Finding.Severity) {
        let findings = partitioned("classic", nil, dealing: dealing)
        #expect(findings.filter { $0.subject == "exchange company.updated.hash" }.map(\.severity) == [severity])
    }

    /// Two partitions of that type, and perhaps a queue by which instances count each other.
    private func partitioned(
        _ type: String, _ wanted: QueueType?, counting: String? = nil, dealing: Partitioning.Dealing? = nil
    ) -> [Finding] {
        var doctor = self
        (doctor.settings.processors[0].partitions, doctor.settings.processors[0].queueType) = (2, wanted)
        return doctor.broker(dealings: dealing.map { ["company.updated": $0] } ?? [:]) { examination in
            func queue(_ name: String, _ type: String, _ arguments: [String: String]) -> BrokerExamination.Queue {
                var queue = BrokerExamination.Queue(
                    name: "company.updated.\(name)", state: .present(QueueDepth(messages: 0, consumers: 1)))
                var properties = QueueProperties(type: type)
                properties.arguments = arguments
                (queue.properties, queue.type) = (properties, type)
                return queue
            }
            examination.queues = ["0", "1"].map {
                queue($0, type, ["x-single-active-consumer": "true", "x-delivery-limit": "1000000"])
            }
            if let counting { examination.queues.append(queue("instances", counting, [:])) }
        }
    }

    @Test("What cannot be told is unknown, not guessed and no good news") func untold() {
        let findings = broker {
            $0.queues[0].properties = nil
            $0.queues[0].type = nil
        }.filter { $0.subject == "queue company.updated" }
        #expect(findings.map(\.severity) == [.ok, .unknown])
        #expect(findings[1].text.contains("its type and its arguments") && findings[1].text.contains("right to configure"))
        #expect(!findings[0].text.contains("classic"))
        let some = broker { $0.queues[0].properties?.isComplete = false }
        #expect(some.contains { $0.severity == .unknown && $0.text.contains("some of its arguments") })
    }

    @Test("Retries that hold messages longer than RabbitMQ waits for an acknowledgement are a warning") func consumerTimeout() {
        var doctor = self
        doctor.settings.retry.attempts = 100
        doctor.settings.retry.delay = .seconds(60)
        #expect(doctor.broker { _ in }.contains { $0.severity == .warning && $0.text.contains("consumer_timeout") })
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

    private func kinds(_ findings: [Finding]) -> [Finding.Kind?] { findings.filter { $0.severity == .error }.map(\.kind) }

    private func broker(managed: [String: ManagedQueue]?, _ change: (inout BrokerExamination) -> Void) -> [Finding] {
        broker(
            management: managed.map { queues in
                var management = Management(endpoint: "http://127.0.0.1:15672")
                for (name, queue) in queues { management.queues[Exact(name)] = queue }
                return management
            }, change)
    }

    private func broker(
        management: Management? = nil, dealings: [String: Partitioning.Dealing] = [:], _ change: (inout BrokerExamination) -> Void
    ) -> [Finding] {
        var queues = ["company.updated", "company.updated.dead"].map {
            BrokerExamination.Queue(name: $0, state: .present(QueueDepth(messages: 0, consumers: 0)))
        }
        for index in queues.indices { (queues[index].properties, queues[index].type) = (QueueProperties(type: "classic"), "classic") }
        queues[0].mayConsume = true
        var examination = BrokerExamination(endpoint: "r:5672", version: "3.10.8", queues: queues, mayPublish: true)
        change(&examination)
        return BrokerFindings(settings: settings, examination: examination, management: management, dealings: dealings).all
    }

    private func database(_ change: (inout DatabaseExamination) -> Void) -> [Finding] {
        var examination = DatabaseExamination()
        examination.version = .told(ServerVersion(major: 3, minor: 12))
        examination.clockAhead = .zero
        change(&examination)
        return DatabaseFindings(settings: settings, examination: examination).all
    }
}
