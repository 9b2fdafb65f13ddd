import Broker
import Pipeline
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
        #expect(findings.allSatisfy { $0.severity == .ok || $0.severity == .note }, "\(findings)")
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
        #expect(kinds(broker { $0.queues[0].properties?.arguments["x-queue-type"] = "stream" }) == [.configuration])
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
                    $0.queues[0].isStream = true
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

    @Test("A quorum queue is told of where it has a delivery limit: by argument, or by the default of RabbitMQ 4") func quorum() {
        func limited(_ version: String?, _ arguments: [String: String]) -> Bool {
            broker {
                $0.version = version
                $0.queues[0].properties?.arguments = ["x-queue-type": "quorum"].merging(arguments) { $1 }
            }.contains { $0.severity == .warning && $0.text.contains("delivery limit") }
        }
        #expect(!limited("3.10.8", [:]))
        #expect(limited("3.10.8", ["x-delivery-limit": "5"]))
        #expect(limited("4.0.2", [:]))
        #expect(!limited(nil, [:]))
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
        return doctor.broker(dealing.map { ["company.updated": $0] } ?? [:]) { examination in
            func queue(_ name: String, _ arguments: [String: String]) -> BrokerExamination.Queue {
                var queue = BrokerExamination.Queue(
                    name: "company.updated.\(name)", state: .present(QueueDepth(messages: 0, consumers: 1)))
                var properties = QueueProperties()
                properties.arguments = arguments
                queue.properties = properties
                return queue
            }
            examination.queues = ["0", "1"].map { queue($0, ["x-queue-type": type, "x-single-active-consumer": "true"]) }
            if let counting { examination.queues.append(queue("instances", ["x-queue-type": counting])) }
        }
    }

    @Test("What cannot be told is said, not guessed") func untold() {
        let findings = broker { $0.queues[0].properties = nil }
        #expect(findings.contains { $0.severity == .note && $0.text.contains("right to configure") })
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

    @Test("Shortcomings of the database are errors of their kind, and the collection is not said to be there as well") func shortcomings() {
        let cases: [(Shortcoming, Finding.Kind)] = [
            (.unreachable(Fault(message: "refused")), .unavailable), (.notPermitted(Fault(status: 401, message: "no")), .notPermitted),
            (.tooOld(ServerVersion(major: 3, minor: 11)), .configuration), (.noCollection("companies"), .unavailable),
            (.notADocumentCollection("companies"), .configuration),
            (.noAccess(collection: "companies", Fault(errorNum: 11, status: 403, message: "no")), .notPermitted),
            (.noExpiryIndex(collection: "companies", attribute: "expires_at"), .unavailable),
        ]
        for (shortcoming, kind) in cases {
            let findings = database { $0.shortcomings = [shortcoming] }
            #expect(kinds(findings) == [kind], "\(shortcoming)")
        }
        #expect(
            !database { $0.shortcomings = [.noCollection("companies")] }.contains {
                $0.severity == .ok && $0.subject == "collection companies"
            })
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

    @Test("A server that only reads, and access that is not enough, are errors") func access() {
        #expect(kinds(database { $0.isReadOnly = true }) == [.unavailable])
        #expect(kinds(database { $0.access = ["companies": .readOnly] }) == [.notPermitted])
        #expect(kinds(database { $0.access = ["companies": .readWrite] }).isEmpty)
    }

    private func kinds(_ findings: [Finding]) -> [Finding.Kind?] { findings.filter { $0.severity == .error }.map(\.kind) }

    private func broker(
        _ dealings: [String: Partitioning.Dealing] = [:], _ change: (inout BrokerExamination) -> Void
    ) -> [Finding] {
        var queues = ["company.updated", "company.updated.dead"].map {
            BrokerExamination.Queue(name: $0, state: .present(QueueDepth(messages: 0, consumers: 0)))
        }
        for index in queues.indices { queues[index].properties = QueueProperties() }
        queues[0].mayConsume = true
        var examination = BrokerExamination(endpoint: "r:5672", version: "3.10.8", queues: queues, mayPublish: true)
        change(&examination)
        return BrokerFindings(settings: settings, examination: examination, dealings: dealings).all
    }

    private func database(_ change: (inout DatabaseExamination) -> Void) -> [Finding] {
        var examination = DatabaseExamination()
        examination.version = ServerVersion(major: 3, minor: 12)
        examination.clockAhead = .zero
        change(&examination)
        return DatabaseFindings(settings: settings, examination: examination).all
    }
}
