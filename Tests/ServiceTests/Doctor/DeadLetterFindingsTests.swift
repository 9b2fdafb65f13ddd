import Broker
import Messages
import Settings
import Testing

@testable import Service

@Suite("What the doctor says of dead-letter queues") struct DeadLetterFindingsTests: Examining {
    var settings = Settings.examined

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
        // Beside the right to configure, the management API reports arguments, too.
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
}
