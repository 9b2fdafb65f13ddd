import Broker
import HostileBroker
import Testing

extension Hostility {
    @Suite("A publisher") struct PublisherTests {
        static let moments: [(Mischief.Placement, Moment)] = [
            (.after, .openOk), (.instead, .channelOpenOk), (.instead, .confirmSelectOk), (.instead, .confirm),
        ]
        /// Methods that mean nothing to a publisher.
        static let methods = Mutation.methods.filter { $0.verdict == .violation && $0.name != "ack" && $0.name != "confirm.select-ok" }
        static let confirms: [Mutation] = [
            Mutation("a confirm of number 0", .open) { Answers.ack($0, tag: 0) + Answers.ack($0, tag: 1) },
            Mutation("a confirm of what was never sent", .open) { Answers.ack($0, tag: 2) + Answers.ack($0, tag: 1) },
            Mutation("a confirm of all there can be", .open) { Answers.ack($0, tag: .max, multiple: true) },
            Mutation("a confirm on channel 0", .open) { Answers.ack(0, tag: 1) + Answers.ack($0, tag: 1) },
            Mutation("a delivery") { Answers.deliver($0, tag: 1) + Wire.header(channel: $0, bodyBytes: 0) },
            Mutation("a fetched message") { Answers.getOk($0, tag: 1) + Wire.header(channel: $0, bodyBytes: 0) },
            Mutation("confirm.select-ok again", .open) { Wire.method(.confirmSelectOk, channel: $0) + Answers.ack($0, tag: 1) },
            Mutation("a return that never ends") { Answers.returned($0) + Wire.header(channel: $0, bodyBytes: .max) },
            Mutation("a return without a content") { Answers.returned($0) + Answers.returned($0) },
            Mutation("consume-ok") { Answers.consumeOk($0) },
        ]

        @Test(
            "What comes in the place of a confirm is none, and the next publication is confirmed",
            arguments: HostileCase.all(Mutation.frames, moments) + HostileCase.all(methods + confirms, [(.instead, .confirm)])
                + HostileCase.all(Mutation.stumps, moments, ending: .close))
        func publishing(_ hostile: HostileCase) async throws {
            try await CaseLimit.shared.run {
                let broker = try Hostility.broker([hostile.mischief], usesTLS: hostile.usesTLS)
                defer { broker.stop() }
                let publisher = Publisher(settings: Hostility.settings(for: broker, usesTLS: hostile.usesTLS))
                let first = await publisher.publish([publication("first")])
                let second = await publisher.publish([publication("second")])
                await publisher.close()
                #expect(first.count == 1 && second.count == 1)
                #expect(second.first?.failure == nil, "\(second)")
                #expect(broker.published.last == Array("second".utf8))
                #expect(broker.violations == [])
                var errors: [BrokerError] = []
                if case .connection(let error)? = first.first?.failure { errors = [error] }
                Hostility.check(errors, hostile.verdict)
            }
        }

        private func publication(_ text: String) -> Publication {
            Publication(exchange: "", routingKey: "queue", body: Array(text.utf8)[...], encodedProperties: [], headers: [])
        }
    }
}
