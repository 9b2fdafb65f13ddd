import Broker
import HostileBroker
import Messages
import Testing
import Waiting

extension Hostility {
    /// Nobody is hostile here but the network: TCP promises no boundaries, and TLS none but its own.
    @Suite("Frames in pieces") struct SplitTests {
        @Test("A whole connection that comes byte by byte is a connection", arguments: [false, true])
        func byteByByte(usesTLS: Bool) async throws {
            var manner = Manner()
            manner.pieceBytes = 1
            try await consume(Hostility.messages, usesTLS: usesTLS, manner)
        }

        @Test("Contents cut in two at each of their bytes are contents", arguments: [false, true])
        func cuts(usesTLS: Bool) async throws {
            var manner = Manner()
            manner.cutsContents = true
            let messages = (0..<160).map { StoredMessage("{\"id\":\"\($0)\"}", properties: [0x80, 0, 4] + Array("text".utf8)) }
            try await consume(messages, usesTLS: usesTLS, manner)
        }

        @Test("Large bodies in the largest frames, and in pieces that fit nothing", arguments: [false, true])
        func large(usesTLS: Bool) async throws {
            var manner = Manner()
            manner.pieceBytes = 16_411
            let messages = (0..<6).map { StoredMessage(String(repeating: "\($0)", count: 250_000)) }
            try await consume(messages, usesTLS: usesTLS, manner)
        }

        private func consume(_ messages: [StoredMessage], usesTLS: Bool, _ manner: Manner) async throws {
            let broker = try Hostility.broker([], usesTLS: usesTLS, messages: messages, manner: manner)
            defer { broker.stop() }
            let encounter = HostileEncounter(Hostility.settings(for: broker, usesTLS: usesTLS))
            async let running: Void = encounter.consumer.run()
            try await eventually("everything is acknowledged") { broker.unsettledCount == 0 }
            await encounter.close()
            await running
            #expect(encounter.errors == [])
            #expect(encounter.recorder.deliveries().map { Array($0.body) } == messages.map(\.body))
            #expect(encounter.recorder.deliveries().map { Array($0.encodedProperties) } == messages.map(\.properties))
            #expect(broker.violations == [])
            #expect(broker.acceptedCount == 1)
        }
    }
}
