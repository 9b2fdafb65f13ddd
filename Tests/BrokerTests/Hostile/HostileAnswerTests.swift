import HostileBroker
import Messages
import Settings
import Testing
import Threads

@testable import Broker

extension Hostility {
    @Suite("A request whose answer comes together with a message") struct AnswerTests {
        /// A whole message instead of `basic.get-ok`, and in the same segment what comes behind it.
        private static func message(before behind: @escaping @Sendable (UInt16) -> [UInt8]) -> Mischief {
            Mischief(.instead, .getOk, ending: .silence) { channel in
                Answers.getOk(channel, tag: 1) + Wire.header(channel: channel, bodyBytes: 2) + Wire.body(channel: channel, [0x7B, 0x7D])
                    + behind(channel)
            }
        }

        /// Fetches one message, and returns what comes of it and of one answer more.
        private func answers(_ mischief: Mischief, usesTLS: Bool) async throws -> [String] {
            let broker = try Hostility.broker([mischief], usesTLS: usesTLS)
            defer { broker.stop() }
            let settings = Hostility.settings(for: broker, usesTLS: usesTLS)
            return try await onBlockingThread(named: "answers") { () throws(any Error) in
                let parameters = ConnectionParameters(settings, endpoint: settings.endpoints[0], name: "tests", channels: 1)
                let connection = try Connection(parameters)
                try connection.openChannel(1)
                try connection.sendGet(channel: 1, queue: "queue")
                var contents = [ContentAssembly(.fetched)]
                var seen: [String] = []
                do throws(BrokerError.Reason) {
                    for _ in 1...2 {
                        switch try connection.answer(into: &contents, within: .seconds(10)) {
                        case .delivery(let delivery): seen.append("message of \(delivery.bodyBytes) bytes")
                        case .method(let method, let channel): seen.append("\(method) on channel \(channel)")
                        }
                    }
                } catch {
                    seen.append("\(error)")
                }
                return seen
            }
        }

        @Test("A method behind a message is the next answer", arguments: [false, true])
        func method(usesTLS: Bool) async throws {
            let seen = try await answers(Self.message { Answers.getEmpty($0) }, usesTLS: usesTLS)
            #expect(seen == ["message of 2 bytes", "getEmpty on channel 1"])
        }

        @Test("A channel that is closed behind a message is an error at once, not when the time is over", arguments: [false, true])
        func channelClose(usesTLS: Bool) async throws {
            let mischief = Self.message { Answers.close(.channelClose, channel: $0, code: 406, text: "no") }
            #expect(try await answers(mischief, usesTLS: usesTLS) == ["\(BrokerError.Reason.channelClosed(code: 406, text: "no"))"])
        }

        @Test("So is a connection that is closed behind a message", arguments: [false, true])
        func connectionClose(usesTLS: Bool) async throws {
            let mischief = Self.message { _ in Answers.close(.connectionClose, channel: 0, code: 320, text: "no") }
            #expect(try await answers(mischief, usesTLS: usesTLS) == ["\(BrokerError.Reason.closedByServer(code: 320, text: "no"))"])
        }
    }
}
