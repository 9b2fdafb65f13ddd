import Broker
import Messages
import Testing

@testable import Service

@Suite("Faults of the broker that last")
struct LastingFaultsTests {
    private let missing = BrokerError(.channelClosed(code: 404, text: "NOT_FOUND"), endpoint: "mq:5672", queue: "q")

    @Test("Each is told when it begins, and again after it was over, for each processor")
    func onceEach() {
        let faults = RepeatedFaultFilter()
        #expect(faults.begins(missing, of: 0))
        #expect(!faults.begins(missing, of: 0))
        #expect(faults.begins(missing, of: 1))
        faults.end(of: 0)
        #expect(faults.begins(missing, of: 0))
        #expect(!faults.begins(missing, of: 1))
    }

    @Test("Faults of several endpoints take turns, and are told once each all the same")
    func takingTurns() {
        let faults = RepeatedFaultFilter()
        let errors = ["a:1", "b:1", "c:1"].map { BrokerError(.heartbeatMissed, endpoint: $0) }
        let told = (1...3).flatMap { _ in errors.filter { faults.begins($0, of: nil) } }
        #expect(told == errors)
    }
}
