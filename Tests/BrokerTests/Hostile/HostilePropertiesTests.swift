import Broker
import HostileBroker
import Messages
import Testing
import Waiting

extension Hostility {
    /// What RabbitMQ passes on although AMQP 0-9-1 does not allow it, and headers larger than was agreed on.
    @Suite("Properties that no client would send") struct PropertiesTests {
        private static let header: [UInt8] = [0x20, 0]

        /// Headers of so many bytes together with the flags and the table's size.
        private static func large(_ count: Int) -> [UInt8] {
            var table = Wire()
            table.put(short: "pad")
            table.put(UInt8(ascii: "S"))
            table.put(long: [UInt8](repeating: 0x78, count: count - 2 - 4 - 4 - 1 - 4))
            var wire = Wire()
            wire.put(raw: header)
            wire.put(long: table.bytes)
            return wire.bytes
        }

        static let properties: [(name: String, bytes: [UInt8], isReadable: Bool)] = [
            ("the continuation bit", [0, 1], false), ("a bit without a meaning", [0, 2], false), ("no flags", [], false),
            ("a text cut off", [0x80, 0, 9, 0x61], false), ("a table cut off", [0x20, 0, 0, 0, 0, 9, 1, 0x6B], false),
            ("a table of 4 GiB", [0x20, 0, 0xFF, 0xFF, 0xFF, 0xFF], false), ("something behind", [0x10, 0, 2, 0], false),
            ("a header of 131,072 bytes", large(131_072), true), ("a header of 1 MiB", large((1 << 20) - 12), true),
            ("a header of more than 1 MiB", large((1 << 20) - 11), false), ("a header of 3 MiB", large(3 << 20), false),
        ]

        @Test("They reach nobody but their message, which is handed on with what is wrong", arguments: [false, true])
        func marked(usesTLS: Bool) async throws {
            let sound = StoredMessage("{}", properties: [0x10, 0, 2])
            let messages = Self.properties.flatMap { [StoredMessage("{\"id\":\"\($0.name)\"}", properties: $0.bytes), sound] }
            let broker = try Hostility.broker([], usesTLS: usesTLS, messages: messages)
            defer { broker.stop() }
            let encounter = HostileEncounter(Hostility.settings(for: broker, usesTLS: usesTLS))
            async let running: Void = encounter.consumer.run()
            try await eventually("everything is acknowledged") { broker.unsettledCount == 0 }
            await encounter.close()
            await running
            #expect(encounter.errors == [])
            #expect(broker.acceptedCount == 1)
            #expect(broker.violations == [])
            encounter.checkTags()
            let deliveries = encounter.recorder.deliveries()
            #expect(deliveries.map { Array($0.body) } == messages.map(\.body))
            for (index, expected) in Self.properties.enumerated() {
                #expect((deliveries[2 * index].unreadable == nil) == expected.isReadable, "\(expected.name)")
                #expect(deliveries[2 * index + 1].unreadable == nil, "the message behind \(expected.name)")
            }
        }
    }
}
