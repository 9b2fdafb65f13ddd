import Broker
import Messages
import Testing

extension RealBroker {
    @Suite("A subscription without deliveries") struct ProofTests {
        @Test(
            "Where another consumer has the queue to itself it is told, once; an empty queue is not worth a word; a missing one closes nothing"
        )
        func standby() async throws {
            let empty = try await PrivateNode.queue("empty")
            let busy = try await PrivateNode.queue("busy", arguments: [("x-single-active-consumer", .boolean(true))])
            try await publish(["1", "2", "3"], to: busy)
            try await withConsumer(of: [busy], prefetch: 1) { active, activeRecorder in
                try await activeRecorder.wait("a delivery") { $0.deliveries().count == 1 }
                try await withConsumer(of: ["broker-tests.missing", empty, busy]) { _, recorder in
                    try await recorder.wait("the word about it") { $0.unproven() == [2: [2]] }
                    // The first gives way, and the queue is ours.
                    active.setConsuming(.off, processors: 0...9)
                    try await recorder.wait("the deliveries") { !$0.deliveries(of: 2).isEmpty }
                    #expect(recorder.unproven() == [2: [2]])
                    #expect(recorder.sessions(of: 1).count == 1 && recorder.sessions(of: 2).count == 1)
                }
                #expect(activeRecorder.unproven() == [:])
            }
        }
    }
}

extension EventRecorder {
    /// The reported numbers of ready messages, by processor.
    fileprivate func unproven() -> [SubscriptionID: [Int]] {
        var numbers: [SubscriptionID: [Int]] = [:]
        for case .unproven(let processor, let ready) in events { numbers[processor, default: []].append(ready) }
        return numbers
    }
}
