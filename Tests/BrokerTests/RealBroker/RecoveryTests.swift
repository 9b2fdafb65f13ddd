import Broker
import FaultProxy
import Messages
import Settings
import Testing

extension RealBroker {
    @Suite("When something goes wrong") struct RecoveryTests {
        @Test("A deleted queue is told at once; when it is there again it is consumed again")
        func queueDeleted() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["before"], to: queue)
            try await withConsumer(of: [queue]) { consumer, recorder in
                try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                try PrivateNode.delete(queue)
                try await recorder.wait("the end of the session") {
                    $0.lostSessions().map(\.reason) == [.cancelledByServer]
                }
                #expect(recorder.lostSessions()[0].queue == queue)
                // Acknowledging what is gone does no harm.
                consumer.acknowledge([try recorder.acknowledgement(.through(1))])
                _ = try await Topology.declare([PrivateNode.declaration(queue)], settings: PrivateNode.settings())
                try await recorder.wait("a new session") { $0.sessions().count == 2 }
                try await publish(["after"], to: queue)
                try await recorder.wait("the new delivery") { $0.deliveries().count == 2 }
                #expect(recorder.deliveries().last?.text == "after")
                #expect(recorder.deliveries().last?.tag == 1)
            }
        }

        @Test("A missing queue is reported with its name and the remedy, while another is consumed; once created it is consumed")
        func missingQueue() async throws {
            let (there, missing) = (try await PrivateNode.queue(), "broker-tests.missing.\(UInt32.random(in: .min ... .max))")
            try await withConsumer(of: [missing, there]) { _, recorder in
                try await recorder.wait("the failure") { !$0.failures(of: 0).isEmpty }
                let error = try #require(recorder.failures(of: 0).first)
                #expect(error.queue == missing)
                #expect(error.advice == .intervene)
                #expect("\(error)".contains("no queue '\(missing)'"))
                #expect("\(error)".contains("warren provision"))

                try await publish(["unharmed"], to: there)
                try await recorder.wait("the other queue's delivery") { $0.deliveries(of: 1).count == 1 }
                _ = try await Topology.declare([PrivateNode.declaration(missing)], settings: PrivateNode.settings())
                try await publish(["at last"], to: missing)
                try await recorder.wait("the created queue's delivery") { $0.deliveries(of: 0).count == 1 }
                #expect(recorder.deliveries(of: 1).count == 1)
            }
        }

        @Test("A channel that the broker closes costs only its own session; its messages come again")
        func channelError() async throws {
            let queues = [try await PrivateNode.queue("bad"), try await PrivateNode.queue("good")]
            for queue in queues { try await publish(["m"], to: queue) }
            try await withConsumer(of: queues) { consumer, recorder in
                try await recorder.wait("both") { $0.deliveries().count == 2 }
                consumer.acknowledge([try recorder.acknowledgement(.each([77]), of: 0)])
                try await recorder.wait("the broker's word") { !$0.lostSessions().isEmpty }
                guard case .channelClosed(406, let text) = recorder.lostSessions()[0].reason else {
                    Issue.record("not a channel error: \(recorder.lostSessions())")
                    return
                }
                #expect(text.contains("unknown delivery tag 77"))
                try await recorder.wait("the message again") { $0.deliveries(of: 0).count == 2 }
                #expect(recorder.deliveries(of: 0)[1].redelivered)
                #expect(recorder.lostSessions().count == 1)
                #expect(recorder.deliveries(of: 1).count == 1)
            }
        }

        @Test("A cut connection ends all sessions and is opened again; acknowledgements for the old one are dropped")
        func cut() async throws {
            let queue = try await PrivateNode.queue()
            try await publish(["a", "b"], to: queue)
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            try await withConsumer(of: [queue], settings: PrivateNode.settings(through: proxy)) { consumer, recorder in
                try await recorder.wait("two") { $0.deliveries().count == 2 }
                let stale = try recorder.acknowledgement(.through(2))
                proxy.apply(.finish)
                try await recorder.wait("both again") { $0.deliveries().count == 4 }
                #expect(recorder.lostSessions().count == 1)
                #expect(recorder.deliveries().map(\.redelivered) == [false, false, true, true])
                consumer.acknowledge([stale])
                await consumer.cancel()
            }
            #expect(try await PrivateNode.depth(of: queue)?.messages == 2)
        }

        @Test("A broker that falls silent is left after missed heartbeats")
        func silence() async throws {
            let queue = try await PrivateNode.queue()
            let proxy = try PrivateNode.proxy()
            defer { proxy.stop() }
            var settings = try PrivateNode.settings(through: proxy)
            settings.heartbeat = .seconds(1)
            try await withConsumer(of: [queue], settings: settings) { _, recorder in
                try await recorder.wait("the subscription") { $0.session() != nil }
                proxy.apply(.blackHole())
                try await recorder.wait("the missed heartbeats") { $0.lostSessions().map(\.reason) == [.heartbeatMissed] }
            }
        }

        @Test("An idle connection lives on by heartbeats")
        func idle() async throws {
            let queue = try await PrivateNode.queue()
            try await withConsumer(of: [queue], settings: PrivateNode.settings(heartbeat: .seconds(4))) { _, recorder in
                try await recorder.wait("the subscription") { $0.session() != nil }
                // Longer than both sides wait for a sign of life.
                try await Task.sleep(for: .seconds(14))
                try await publish(["still there"], to: queue)
                try await recorder.wait("the delivery") { $0.deliveries().count == 1 }
                #expect(recorder.sessions().count == 1)
                #expect(recorder.failures().isEmpty)
            }
        }
    }
}
