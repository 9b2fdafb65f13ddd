import Logging
import Messages
import Pipeline
import Settings
import Testing

@testable import ControlMessages
@testable import ControlServer
@testable import Service

@Suite("Words of the control interface") struct ContractWordsTests {
    @Test("The description has the states, levels, operations and events that there are") func words() {
        #expect(ResyncReport.states == ResyncRun.State.allCases.map(\.rawValue))
        #expect(LogLevelMessage.levels == Logger.Level.allCases.map(\.rawValue))
        for verdict in Decision.Verdict.allCases { #expect(EventName(verdict).rawValue == verdict.rawValue) }
        for state in ResyncRun.State.allCases { #expect(EventName(state).rawValue == "resync-\(state.rawValue)") }
        #expect(word("operation", of: ProcessorStatus.schema) == .choice(ProcessorSettings.Operation.allCases.map(\.rawValue)))
        #expect(word("missing", of: ResyncReport.schema) == .choice(ResyncSettings.Missing.allCases.map(\.rawValue)))
    }

    @Test("Each member that an event's line can have is described, and no other") func lines() {
        var event = ServiceEvent(.written)
        (event.processor, event.queue, event.collection, event.key, event.version) = ("a", "a", "a", "a", 1)
        (event.exchange, event.routingKey, event.messageId, event.latencyMilliseconds) = ("a", "a", "a", 1)
        (event.detail, event.count, event.endpoint) = ("a", 1, "a")
        // Another one would be `nil` here.
        #expect(!Mirror(reflecting: event).children.contains { "\($0.value)" == "nil" })
        var (writer, line) = (EventWriter(), [UInt8]())
        writer.append(event, to: &line)
        guard case .object(let members)? = try? JSONReader.read(line) else { return #expect(Bool(false), "no object") }
        #expect(members.map(\.name).sorted() == EventLine.schema.members.map(\.name).sorted())
    }

    private func word(_ member: String, of schema: MessageSchema) -> Schema? { schema.members.first { $0.name == member }?.schema }
}
