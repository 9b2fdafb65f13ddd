import Broker
import Messages
import Settings
import Testing

@testable import Service

@Suite("What the doctor says of queues and the broker") struct BrokerFindingsTests: Examining {
    var settings = Settings.examined

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

    @Test("A quorum queue that drops returned messages is reported, and the remedy is a large limit, never none") func quorum() {
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
        // What the management API reports takes precedence over what is assumed of a version; of two limits the smaller one holds.
        var managed = ManagedQueue(type: "quorum", settings: [:], deliveryLimit: .max)
        #expect(findings("4.0.2", [:], managed).isEmpty)
        managed = ManagedQueue(type: "quorum", policies: ["p"], settings: ["delivery-limit": "3"], deliveryLimit: 3)
        #expect(findings("4.0.2", ["x-delivery-limit": "1000000"], managed).first?.text.contains("delivery-limit of policy p") == true)
        managed = ManagedQueue(type: "quorum", policies: ["p"], settings: ["dead-letter-exchange": "d"], deliveryLimit: 20)
        #expect(findings("4.0.2", [:], managed).map(\.severity) == [.note])
        for finding in five + twenty { #expect(finding.advice?.contains("-1") == false) }
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
}
