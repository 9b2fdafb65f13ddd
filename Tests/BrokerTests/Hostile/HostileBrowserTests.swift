import Broker
import HostileBroker
import Messages
import Settings
import Testing

extension Hostility {
    @Suite("A queue browser") struct BrowserTests {
        static let opening: [(Mischief.Placement, Moment)] = [(.after, .openOk), (.instead, .channelOpenOk), (.instead, .declareOk)]
        static let reading: [(Mischief.Placement, Moment)] = [
            (.instead, .getOk), (.after, .getOk), (.after, .contentHeader), (.after, .contentBody), (.instead, .getEmpty),
        ]
        /// Methods that answer no `basic.get`, and are no content either.
        static let methods = Mutation.methods.filter { $0.name != "get-empty" }

        @Test(
            "What it cannot read is an error, and the next one reads everything",
            arguments: HostileCase.all(Mutation.frames, opening + reading)
                + HostileCase.all(methods, [(.after, .getOk), (.after, .contentHeader)])
                + HostileCase.all(Mutation.stumps, opening + reading, ending: .close))
        func browsing(_ hostile: HostileCase) async throws {
            try await CaseLimit.shared.run {
                let broker = try Hostility.broker([hostile.mischief], usesTLS: hostile.usesTLS)
                defer { broker.stop() }
                let settings = Hostility.settings(for: broker, usesTLS: hostile.usesTLS)
                var errors: [BrokerError] = []
                do throws(BrokerError) { _ = try await texts(settings) } catch { errors.append(error) }
                Hostility.check(errors, hostile.verdict)
                #expect(try await texts(settings) == Hostility.messages.map { String(decoding: $0.body, as: UTF8.self) })
                #expect(broker.unsettledCount == 0)
                #expect(broker.violations == [])
            }
        }

        @Test(
            "What was not fetched is none of its answers",
            arguments: HostileCase.all(
                [
                    Mutation("a delivery") { Answers.deliver($0, tag: 1) + Wire.header(channel: $0, bodyBytes: 0) },
                    Mutation("a return") { Answers.returned($0) + Wire.header(channel: $0, bodyBytes: 0) },
                ], [(.instead, .getOk), (.instead, .getEmpty)]))
        func unasked(_ hostile: HostileCase) async throws { try await browsing(hostile) }

        /// All that is in the queue, which is empty afterwards.
        private func texts(_ settings: RabbitMQSettings) async throws(BrokerError) -> [String] {
            let browser = try await QueueBrowser.open("queue", settings: settings)
            var list: [(tag: DeliveryTag, text: String)] = []
            while let delivery = try await browser.next() { list.append((delivery.tag, delivery.text)) }
            if let failure = await browser.acknowledge(list.map(\.tag)).failure { throw failure }
            try await browser.close()
            return list.map(\.text)
        }
    }
}
