import Broker
import Messages
import Settings
import Testing

@testable import Service

@Suite("What the doctor says of partitions") struct PartitionFindingsTests: Examining {
    var settings = Settings.examined

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
}
