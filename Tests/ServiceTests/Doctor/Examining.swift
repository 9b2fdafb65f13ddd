import Broker
import Messages
import Settings
import Store

@testable import Service

extension Settings {
    /// One processor that reads `company.updated`, with versions.
    static var examined: Settings {
        var settings = Settings()
        var processor = ProcessorSettings(
            name: "updated", queue: "company.updated", operation: .update, collection: "companies", key: JSONPointer())
        processor.version = JSONPointer()
        settings.processors = [processor]
        return settings
    }
}

/// A suite that has servers examined: a healthy one each, but for what the test changes.
protocol Examining {
    var settings: Settings { get set }
}

extension Examining {
    func kinds(_ findings: [Finding]) -> [Finding.Kind?] { findings.filter { $0.severity == .error }.map(\.kind) }

    func broker(managed: [String: ManagedQueue]?, _ change: (inout BrokerExamination) -> Void) -> [Finding] {
        broker(
            management: managed.map { queues in
                var management = Management(endpoint: "http://127.0.0.1:15672")
                for (name, queue) in queues { management.queues[Exact(name)] = queue }
                return management
            }, change)
    }

    func broker(
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

    func database(_ change: (inout DatabaseExamination) -> Void) -> [Finding] {
        var examination = DatabaseExamination()
        examination.version = .told(ServerVersion(major: 3, minor: 12))
        examination.clockAhead = .zero
        change(&examination)
        return DatabaseFindings(settings: settings, examination: examination).all
    }
}
