import Broker
import HostileBroker
import Testing
import Waiting

extension Hostility {
    @Suite("A consumer") struct ConsumerTests {
        /// Instead of answers and behind them, from the first byte of the login to the middle of a body.
        static let moments: [(Mischief.Placement, Moment)] = [
            (.after, .openOk), (.instead, .channelOpenOk), (.after, .channelOpenOk), (.instead, .qosOk), (.instead, .consumeOk),
            (.after, .consumeOk), (.after, .contentMethod), (.after, .contentHeader), (.after, .contentBody),
        ]
        static let login: [(Mischief.Placement, Moment)] = [(.instead, .start), (.instead, .tune), (.instead, .openOk)]

        @Test("A frame that is none ends the connection, and the next one delivers", arguments: HostileCase.all(Mutation.frames, moments))
        func frames(_ hostile: HostileCase) async throws { try await suffer(hostile) }

        @Test(
            "During the login, whatever comes ends the attempt",
            arguments: HostileCase.all(Mutation.frames + Mutation.methods + Mutation.stumps, login, ending: .close))
        func logins(_ hostile: HostileCase) async throws { try await suffer(hostile) }

        @Test(
            "A method that is cut off, unknown or out of place ends the connection",
            arguments: HostileCase.all(Mutation.methods, [(.after, .consumeOk), (.after, .contentMethod), (.after, .contentHeader)]))
        func methods(_ hostile: HostileCase) async throws { try await suffer(hostile) }

        @Test(
            "Contents out of order, of wrong sizes or with wrong tags",
            arguments: HostileCase.all(Mutation.contents, [(.after, .consumeOk)]))
        func contents(_ hostile: HostileCase) async throws { try await suffer(hostile) }

        @Test("Half a frame and the end of the stream", arguments: HostileCase.all(Mutation.stumps, moments, ending: .close))
        func stumps(_ hostile: HostileCase) async throws { try await suffer(hostile) }

        @Test(
            "Half a frame and silence: heartbeats tell",
            arguments: HostileCase.all(
                Mutation.stumps, [(.after, .consumeOk), (.after, .contentMethod), (.after, .contentBody)], ending: .silence))
        func silence(_ hostile: HostileCase) async throws { try await suffer(hostile, heartbeat: .seconds(1)) }

        @Test(
            "Deliveries that no consume-ok announces end with the prefetch",
            arguments: HostileCase.all([flood], [(.instead, .consumeOk)]))
        func floods(_ hostile: HostileCase) async throws { try await suffer(hostile) }

        static let flood = Mutation("a thousand deliveries") { channel in
            (1...1000).flatMap {
                Answers.deliver(channel, tag: UInt64($0)) + Wire.header(channel: channel, bodyBytes: 1)
                    + Wire.body(channel: channel, [0x31])
            }
        }

        @Test("Closing ends whatever the broker makes of it", arguments: closings)
        func closing(_ hostile: HostileCase) async throws {
            try await CaseLimit.shared.run {
                let broker = try Hostility.broker([hostile.mischief], usesTLS: hostile.usesTLS)
                defer { broker.stop() }
                let encounter = HostileEncounter(Hostility.settings(for: broker, usesTLS: hostile.usesTLS))
                async let running: Void = encounter.consumer.run()
                try await eventually("everything is acknowledged") { broker.unsettledCount == 0 }
                await encounter.close()
                await running
                encounter.checkTags()
                #expect(broker.violations == [])
            }
        }

        static let closings =
            HostileCase.all(Mutation.frames + Mutation.methods, [(.instead, .channelCloseOk), (.instead, .connectionCloseOk)])
            + HostileCase.all(Mutation.stumps, [(.instead, .channelCloseOk), (.instead, .connectionCloseOk)], ending: .silence)

        /// The first connection is hostile, the next one good.
        private func suffer(_ hostile: HostileCase, heartbeat: Duration = .seconds(60)) async throws {
            try await CaseLimit.shared.run {
                let broker = try Hostility.broker([hostile.mischief], usesTLS: hostile.usesTLS)
                defer { broker.stop() }
                let encounter = HostileEncounter(Hostility.settings(for: broker, usesTLS: hostile.usesTLS, heartbeat: heartbeat))
                async let running: Void = encounter.consumer.run()
                do {
                    try await eventually("everything is acknowledged; came: \(encounter.recorder.events.map(\.summary))") {
                        broker.unsettledCount == 0
                    }
                } catch {
                    Issue.record("came: \(encounter.recorder.events.map(\.summary))")
                }
                Hostility.check(encounter.errors, hostile.verdict)
                await encounter.close()
                await running
                encounter.checkTags()
                #expect(broker.violations == [])
            }
        }
    }
}
